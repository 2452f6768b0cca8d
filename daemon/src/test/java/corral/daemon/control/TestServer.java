package corral.daemon.control;

import corral.daemon.config.HttpServerConfig;
import corral.daemon.config.HttpServerConfig.Address;
import corral.daemon.config.Origin;
import corral.daemon.control.fake.FakeCommands;
import corral.daemon.control.fake.FakeFacts;
import corral.daemon.rpc.RpcFault;
import corral.daemon.rpc.XmlRpcReader;
import corral.daemon.rpc.XmlRpcWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.helpers.NOPLogger;

/** A control server on real sockets over a fake supervisor: a Unix socket without and a TCP port with authentication. */
final class TestServer implements AutoCloseable {
    final FakeCommands commands = new FakeCommands();
    final Path directory;
    final Path socket;
    private final ControlServer server;

    private TestServer(Path directory, boolean supervisorInterface, String password) throws Exception {
        this.directory = directory;
        socket = directory.resolve("s");
        Path log = Files.writeString(directory.resolve("activity.log"), "one\ntwo\n");
        server = new ControlServer(
                List.of(unix(socket, 0700), inet("joe", password)),
                commands,
                new FakeFacts(Optional.of(log), supervisorInterface),
                NOPLogger.NOP_LOGGER);
        server.start();
    }

    static TestServer start(Path directory) throws Exception {
        return new TestServer(directory, true, "secret");
    }

    static TestServer withPassword(Path directory, String password) throws Exception {
        return new TestServer(directory, true, password);
    }

    static TestServer withoutSupervisorInterface(Path directory) throws Exception {
        return new TestServer(directory, false, "secret");
    }

    static HttpServerConfig unix(Path socket, int mode) {
        return new HttpServerConfig(
                "unix_http_server",
                new Origin(Path.of("corral.conf"), 1),
                new Address.Unix(socket.toString(), mode, OptionalInt.empty(), OptionalInt.empty()),
                Optional.empty(),
                Optional.empty());
    }

    static HttpServerConfig inet(String username, String password) {
        return new HttpServerConfig(
                "inet_http_server",
                new Origin(Path.of("corral.conf"), 4),
                new Address.Inet("127.0.0.1", 0),
                Optional.of(username),
                Optional.of(password));
    }

    RawClient unix() throws IOException {
        return RawClient.unix(socket);
    }

    RawClient tcp() throws IOException {
        return RawClient.tcp(server.ports().get(0));
    }

    /** Calls a method through the Unix socket. */
    Object call(String method, Object... params) throws Exception {
        RawClient.Answer answer = post(method, params);
        if (!answer.status().equals("HTTP/1.1 200 OK")) {
            throw new IOException(answer.status());
        }
        return XmlRpcReader.readResponse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    /** The fault that a call gives, as its code, a blank and its string. */
    String fault(String method, Object... params) throws Exception {
        try {
            return "no fault but " + call(method, params);
        } catch (RpcFault e) {
            return e.code() + " " + e.faultString();
        }
    }

    /** The status line of a call's answer. */
    String status(String method, Object... params) throws Exception {
        return post(method, params).status();
    }

    private RawClient.Answer post(String method, Object... params) throws Exception {
        byte[] call = XmlRpcWriter.writeCall(method, List.of(params));
        try (RawClient client = unix()) {
            client.send(RawClient.post(new String(call, StandardCharsets.UTF_8)));
            RawClient.Answer head = client.head();
            if (head.headers().containsKey("Content-Length")) {
                return client.rest(head);
            }
            List<String> chunks = new ArrayList<>();
            for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                chunks.add(chunk);
            }
            return new RawClient.Answer(head.status(), head.headers(), String.join("", chunks));
        }
    }

    @Override
    public void close() {
        server.stop();
        commands.close();
    }
}
