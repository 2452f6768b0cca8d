package corral.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.control.fake.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading and tailing logs by calls (spec/supervisor.md 4.4). */
class LogCallsTest {
    @TempDir
    Path directory;

    private TestServer server;
    private Path log;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory);
        log = Files.writeString(directory.resolve("cat.log"), "hello world\n");
        server.commands.add(Samples.running("cat", "cat", 4711, log, null));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "empty",
            value = {
                "0, 5, 'hello'",
                "6, 3, 'wor'",
                "12, 5, empty",
                "100, 0, empty",
                "6, 0, 'world\n'",
                "-3, 0, 'ld\n'",
                "-100, 0, 'hello world\n'",
                "6, 100, 'world\n'"
            })
    void readsASlice(int offset, int length, String expected) throws Exception {
        assertThat(server.call("supervisor.readProcessStdoutLog", "cat", offset, length))
                .isEqualTo(expected == null ? "" : expected);
        assertThat(server.call("supervisor.readProcessLog", "cat", offset, length))
                .isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void refusesANegativeLengthAndALengthFromTheEnd() throws Exception {
        assertThat(server.fault("supervisor.readProcessStdoutLog", "cat", -3, 1))
                .isEqualTo("3 BAD_ARGUMENTS");
        assertThat(server.fault("supervisor.readProcessStdoutLog", "cat", 0, -1))
                .isEqualTo("3 BAD_ARGUMENTS");
        assertThat(server.status("supervisor.readProcessStdoutLog", "cat", "x", 1))
                .isEqualTo("HTTP/1.1 500 Internal Server Error");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "empty",
            value = {
                "0, 5, 'orld\n', true",
                "0, 100, 'hello world\n', false",
                "3, 3, 'ld\n', true",
                "14, 5, empty, false",
                "8, 10, 'llo world\n', false",
                "0, 0, empty, true",
                "0, -5, empty, true"
            })
    void tailsTheEnd(int offset, int length, String expected, boolean overflow) throws Exception {
        assertThat(server.call("supervisor.tailProcessStdoutLog", "cat", offset, length))
                .isEqualTo(List.of(expected == null ? "" : expected, 12, overflow));
    }

    @Test
    void aMissingLogIsNoFileToReadersAndEmptyToTails() throws Exception {
        assertThat(server.fault("supervisor.readProcessStderrLog", "cat", 0, 0)).isEqualTo("20 NO_FILE");
        assertThat(server.call("supervisor.tailProcessStderrLog", "cat", 0, 5)).isEqualTo(List.of("", 0, false));
        Files.delete(log);
        assertThat(server.fault("supervisor.readProcessStdoutLog", "cat", 0, 0)).isEqualTo("20 NO_FILE: " + log);
        assertThat(server.call("supervisor.tailProcessStdoutLog", "cat", 0, 5)).isEqualTo(List.of("", 0, false));
    }

    @Test
    void aLogThatIsNoRegularFileIsNotRead() throws Exception {
        Files.delete(log);
        Files.createDirectory(log);
        assertThat(server.fault("supervisor.readProcessStdoutLog", "cat", 0, 0)).isEqualTo("30 FAILED");
        assertThat(server.call("supervisor.tailProcessStdoutLog", "cat", 7, 5)).isEqualTo(List.of("", 7, false));
    }

    @Test
    void malformedTextIsReplaced() throws Exception {
        Files.write(log, new byte[] {'a', (byte) 0xC3, 'b', 0x1B, '[', '\r', '\n', 0});
        assertThat(server.call("supervisor.readProcessStdoutLog", "cat", 0, 0)).isEqualTo("a\uFFFDb\uFFFD[\r\n\uFFFD");
        Files.writeString(log, "äöü");
        assertThat(server.call("supervisor.readProcessStdoutLog", "cat", 1, 3)).isEqualTo("\uFFFDö");
        assertThat(server.call("supervisor.tailProcessStdoutLog", "cat", 0, 3)).isEqualTo(List.of("\uFFFDü", 6, true));
    }

    @Test
    void aWholeLogOfManyMegabytesIsRead() throws Exception {
        String text = lines(3 << 20);
        assertThat(server.call("supervisor.readProcessStdoutLog", "cat", 0, 0)).isEqualTo(text);
        assertThat(server.call("supervisor.tailProcessStdoutLog", "cat", 0, 1 << 30))
                .isEqualTo(List.of(text, text.getBytes(StandardCharsets.UTF_8).length, false));
    }

    @Test
    void aMulticallMayContainLongLogs() throws Exception {
        String text = lines(1 << 20);
        Map<String, Object> read =
                Map.of("methodName", "supervisor.readProcessStdoutLog", "params", List.of("cat", 0, 0));
        Map<String, Object> version = Map.of("methodName", "supervisor.getVersion", "params", List.of());
        assertThat(server.call("system.multicall", List.of(version, read, version, read)))
                .isEqualTo(List.of("3.0", text, "3.0", text));
    }

    @Test
    void readsAndClearsTheActivityLog() throws Exception {
        assertThat(server.call("supervisor.readLog", -4, 0)).isEqualTo("two\n");
        assertThat(server.call("supervisor.readMainLog", 0, 3)).isEqualTo("one");
        assertThat(server.call("supervisor.clearLog")).isEqualTo(true);
        assertThat(server.call("supervisor.readLog", 0, 0)).isEqualTo("");
        Files.delete(directory.resolve("activity.log"));
        assertThat(server.fault("supervisor.clearLog")).isEqualTo("20 NO_FILE");
        assertThat(server.fault("supervisor.readLog", 0, 0)).isEqualTo("20 NO_FILE: " + directory + "/activity.log");
    }

    private String lines(int bytes) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < bytes; i++) {
            text.append("line ").append(i).append(" with <xml> & ümläuts, \uD83E\uDD84 and\ttabs\r\n");
        }
        Files.writeString(log, text);
        return text.toString();
    }
}
