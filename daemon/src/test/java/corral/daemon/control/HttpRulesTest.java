package corral.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.control.RawClient.Answer;
import corral.daemon.control.fake.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What spec/supervisor.md 4.1 says about the transport, seen by a client that sends bytes. */
class HttpRulesTest {
    private static final String GET_PID = "supervisor.getPID";

    @TempDir
    Path directory;

    private TestServer server;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory);
        client = server.unix();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void answersACallWithTheHeadersOfTheOriginal() throws Exception {
        client.call(GET_PID);
        Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(answer.headers())
                .containsOnlyKeys("Server", "Date", "Content-Type", "Content-Length")
                .containsEntry("Server", "Medusa/1.12")
                .containsEntry("Content-Type", "text/xml");
        assertThat(answer.headers().get("Date")).matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} [\\d:]{8} GMT");
        assertThat(answer.body()).startsWith("<?xml version='1.0'?>\n").contains("<int>");
    }

    @Test
    void keepsTheConnectionOfHttp11() throws Exception {
        for (int i = 0; i < 3; i++) {
            client.call(GET_PID);
            assertThat(client.answer().status()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void closesWhenAskedTo() throws Exception {
        client.call(GET_PID, "Connection: close");
        assertThat(client.answer().headers()).containsEntry("Connection", "close");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void closesTheConnectionOfHttp10() throws Exception {
        client.send(RawClient.post("<methodCall><methodName>supervisor.getPID</methodName></methodCall>")
                .replace("HTTP/1.1", "HTTP/1.0"));
        assertThat(client.answer().status()).isEqualTo("HTTP/1.0 200 OK");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void keepsTheConnectionOfHttp10WhenAskedTo() throws Exception {
        String call = RawClient.post(
                        "<methodCall><methodName>supervisor.getPID</methodName></methodCall>", "Connection: keep-alive")
                .replace("HTTP/1.1", "HTTP/1.0");
        client.send(call);
        assertThat(client.answer().headers()).containsEntry("Connection", "Keep-Alive");
        client.send(call);
        assertThat(client.answer().status()).isEqualTo("HTTP/1.0 200 OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE"})
    void refusesOtherMethodsThanPost(String method) throws Exception {
        client.send(method + " /RPC2 HTTP/1.1\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 400 Bad Request");
    }

    @Test
    void wantsALength() throws Exception {
        client.send("POST /RPC2 HTTP/1.1\r\n\r\n");
        Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo("HTTP/1.1 411 Length Required");
        assertThat(answer.body()).contains("Error code 411.").contains("Message: Length Required.");
        client.send("POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 411 Length Required");
        client.call(GET_PID);
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 200 OK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "junk",
                "<methodCall/>",
                "<methodCall><methodName></methodName></methodCall>",
                "<methodCall><methodName>supervisor.getPID</methodName>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><methodCall><methodName>&e;</methodName></methodCall>"
            })
    void refusesABodyThatIsNoCall(String body) throws Exception {
        client.send(RawClient.post(body));
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 400 Bad Request");
    }

    @Test
    void refusesABodyThatIsTooLong() throws Exception {
        client.send("POST /RPC2 HTTP/1.1\r\nContent-Length: 8388609\r\n\r\n" + "x".repeat(100_000));
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 413 Request Entity Too Large");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void refusesAChunkedBodyThatIsTooLong() throws Exception {
        client.send("POST /RPC2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
        String chunk = "100000\r\n" + "x".repeat(0x100000) + "\r\n";
        for (int i = 0; i < 9; i++) {
            client.send(chunk);
        }
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 413 Request Entity Too Large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"junk", "GET /", "GET / HTTP/1.1\r\nno colon"})
    void refusesWhatIsNotHttp(String request) throws Exception {
        client.send(request + "\r\n\r\n");
        assertThat(client.answer().status()).endsWith(" 400 Bad Request");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void asksForABodyThatWaitsToBeAskedFor() throws Exception {
        String call = RawClient.post(
                "<methodCall><methodName>supervisor.getPID</methodName></methodCall>", "Expect: 100-continue");
        int head = call.indexOf("\r\n\r\n") + 4;
        client.send(call.substring(0, head));
        assertThat(client.head().status()).isEqualTo("HTTP/1.1 100 Continue");
        client.send(call.substring(head));
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void toleratesEmptyLinesBetweenRequests() throws Exception {
        client.send("\r\n\r\n");
        client.call(GET_PID);
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void otherPathsAreNotFound() throws Exception {
        client.send("GET /nosuch HTTP/1.1\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 404 Not Found");
        client.send("DELETE /nosuch HTTP/1.1\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 400 Bad Request");
    }

    @Test
    void answersPipelinedCallsInOrderEvenIfTheFirstHasToWait() throws Exception {
        server.commands.add(Samples.stopped("slow", "slow"));
        String start = "<methodCall><methodName>supervisor.startProcess</methodName><params><param><value>slow</value>"
                + "</param></params></methodCall>";
        String version = "<methodCall><methodName>supervisor.getAPIVersion</methodName></methodCall>";
        client.send(RawClient.post(start) + RawClient.post(version) + RawClient.post(version));
        CompletableFuture<Void> started = server.commands.waiting.poll(5, TimeUnit.SECONDS);
        // Another client is served meanwhile.
        assertThat(server.call("supervisor.getAPIVersion")).isEqualTo("3.0");
        assertThat(started).isNotNull();
        started.complete(null);
        assertThat(client.answer().body()).contains("<boolean>1</boolean>");
        assertThat(client.answer().body()).contains("3.0");
        assertThat(client.answer().body()).contains("3.0");
    }

    @Test
    void answersThousandsOfPipelinedCalls() throws Exception {
        String call = RawClient.post("junk");
        int calls = 3000;
        Thread sender = new Thread(() -> {
            try {
                client.send(call.repeat(calls));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        sender.start();
        for (int i = 0; i < calls; i++) {
            assertThat(client.answer().status()).isEqualTo("HTTP/1.1 400 Bad Request");
        }
        sender.join(5000);
    }

    @Test
    void answersAClientThatWritesNoMore() throws Exception {
        client.call(GET_PID);
        client.shutdownOutput();
        assertThat(client.answer().status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void forgetsAClientThatLeavesWhileItsCallWaits() throws Exception {
        server.commands.add(Samples.stopped("slow", "slow"));
        client.send(
                RawClient.post("<methodCall><methodName>supervisor.startProcess</methodName><params><param><value>slow"
                        + "</value></param></params></methodCall>"));
        CompletableFuture<Void> started = server.commands.waiting.poll(5, TimeUnit.SECONDS);
        assertThat(started).isNotNull();
        client.close();
        started.complete(null);
        assertThat(server.call("supervisor.getAPIVersion")).isEqualTo("3.0");
    }
}
