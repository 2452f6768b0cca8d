package corral.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.control.fake.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The endless streams (spec/supervisor.md 4.7). */
class LogTailTest {
    @TempDir
    Path directory;

    private TestServer server;
    private RawClient client;
    private Path log;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory);
        client = server.unix();
        log = Files.writeString(directory.resolve("cat.log"), "x".repeat(2000) + "last\n");
        Path errors = Files.writeString(directory.resolve("cat.err"), "oops\n");
        server.commands.add(Samples.running("cat", "cat", 1, log, errors));
        server.commands.add(Samples.stopped("g", "one"));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void beginsWithTheLastKilobyteAndGoesOn() throws Exception {
        RawClient.Answer head = open("/logtail/cat");
        assertThat(head.status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(head.headers())
                .containsEntry("Transfer-Encoding", "chunked")
                .containsEntry("Content-Type", "text/plain;charset=utf-8")
                .containsEntry("X-Accel-Buffering", "no")
                .containsKey("Last-Modified")
                .doesNotContainKey("Content-Length");
        assertThat(client.chunks(1024)).isEqualTo("x".repeat(1019) + "last\n");
        append("more\n");
        assertThat(client.chunks(5)).isEqualTo("more\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/logtail/cat:cat, x",
        "/logtail/cat%3acat/stdout, x",
        "/logtail/cat/stderr, o",
        "/mainlogtail, o",
        "/mainlogtail?limit=1, o"
    })
    void namesOfLogs(String path, String first) throws Exception {
        assertThat(open(path).status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(client.chunk()).startsWith(first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/logtail/",
                "/logtail/nosuch",
                "/logtail/cat:*",
                "/logtail/cat/foo",
                "/logtail/cat/stdout/x",
                "/logtail/g:one",
                "/logtail/g:one/stderr"
            })
    void whatHasNoLogIsNotFound(String path) throws Exception {
        assertThat(open(path).status()).isEqualTo("HTTP/1.1 404 Not Found");
    }

    @Test
    void aMissingFileIsNotFound() throws Exception {
        Files.delete(log);
        assertThat(open("/logtail/cat").status()).isEqualTo("HTTP/1.1 404 Not Found");
    }

    @Test
    void otherMethodsAreBadRequestsAndAMissingNameIsAnError() throws Exception {
        client.send("POST /logtail/cat HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 400 Bad Request");
        client.send("HEAD /mainlogtail HTTP/1.1\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 400 Bad Request");
        client.send("GET /logtail HTTP/1.1\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 500 Internal Server Error");
    }

    @Test
    void saysWhenTheFileWasTruncatedAndGoesOnFromItsStart() throws Exception {
        open("/logtail/cat");
        client.chunks(1024);
        Files.writeString(log, "");
        String notice = "==> File truncated <==\n";
        assertThat(client.chunks(notice.length())).isEqualTo(notice);
        append("new\n");
        assertThat(client.chunks(4)).isEqualTo("new\n");
    }

    @Test
    void followsRotationAfterTheOldFileWasReadToItsEnd() throws Exception {
        open("/logtail/cat");
        client.chunks(1024);
        append("before\n");
        Files.move(log, directory.resolve("cat.log.1"));
        Files.writeString(log, "after\n");
        assertThat(client.chunks(13)).isEqualTo("before\nafter\n");
    }

    @Test
    void waitsForTheRestOfACharacter() throws Exception {
        open("/logtail/cat");
        client.chunks(1024);
        Files.write(log, new byte[] {'a', (byte) 0xE2, (byte) 0x82}, StandardOpenOption.APPEND);
        assertThat(client.chunk()).isEqualTo("a");
        Files.write(log, new byte[] {(byte) 0xAC, 'b'}, StandardOpenOption.APPEND);
        String rest = client.chunk();
        assertThat(rest).endsWith("b");
    }

    @Test
    void aClientOfHttp10GetsThePlainBytes() throws Exception {
        client.send("GET /logtail/cat/stderr HTTP/1.0\r\n\r\n");
        RawClient.Answer head = client.head();
        assertThat(head.headers()).containsEntry("Connection", "close").doesNotContainKey("Transfer-Encoding");
        assertThat(client.take(5)).isEqualTo("oops\n");
    }

    @Test
    void aSlowReaderDoesNotMakeTheServerReadAhead() throws Exception {
        open("/logtail/cat");
        client.chunks(1024);
        String line = "y".repeat(1023) + "\n";
        for (int i = 0; i < 64; i++) {
            append(line.repeat(128));
        }
        assertThat(client.chunks(8 << 20)).hasSize(8 << 20);
    }

    @Test
    void noticesThatAReaderOfAnIdleLogHasLeft() throws Exception {
        open("/logtail/cat");
        client.chunks(1024);
        assertThat(opensOf(log)).isEqualTo(1);
        client.close();
        long deadlineNs = System.nanoTime() + 5_000_000_000L;
        while (opensOf(log) > 0 && System.nanoTime() < deadlineNs) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(opensOf(log)).isZero();
    }

    private RawClient.Answer open(String path) throws Exception {
        client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        return client.head();
    }

    private void append(String text) throws Exception {
        Files.writeString(log, text, StandardOpenOption.APPEND);
    }

    private static long opensOf(Path file) throws Exception {
        long count = 0;
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.exists(descriptor) && file.equals(Files.readSymbolicLink(descriptor))) {
                    count++;
                }
            }
        }
        return count;
    }
}
