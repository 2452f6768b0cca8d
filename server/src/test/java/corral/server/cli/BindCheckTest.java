package corral.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An occupied address is told of before anything starts. */
class BindCheckTest {
    @TempDir
    private Path directory;

    private final List<String> busy = new ArrayList<>();
    private final BindCheck.Words words = new BindCheck.Words() {
        @Override
        public void busy(String host, int port) {
            busy.add(host);
        }

        @Override
        public RefusedException unusable(String host, int port, String reason) {
            return new RefusedException(1, host + ": " + reason);
        }

        @Override
        public RefusedException noSocket(String path) {
            return new RefusedException(1, path);
        }
    };

    private static ServerSocket occupied() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @Test
    void occupiedPortIsTriedAgainAndThenRefused() throws Exception {
        try (ServerSocket socket = occupied()) {
            Draft draft = new Draft("").set("bind", "127.0.0.1:" + socket.getLocalPort());
            assertThatThrownBy(() -> new BindCheck(3, 0).check(draft, words))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("127.0.0.1: address already in use");
            assertThat(busy).hasSize(2);
            new BindCheck(1, 0).check(draft.set("reuse_port", true), words);
        }
    }

    @Test
    void freePortsAndInheritedOnesPass() throws Exception {
        int port;
        try (ServerSocket socket = occupied()) {
            port = socket.getLocalPort();
        }
        new BindCheck(1, 0)
                .check(
                        new Draft("")
                                .set("bind", "127.0.0.1:" + port + ",0.0.0.0:" + port + ",[::1]:0,fd://3,localhost:0"),
                        words);
    }

    @Test
    void fileThatIsNoSocketIsRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("s"), "precious");
        assertThatThrownBy(() -> new BindCheck(1, 0).check(new Draft("").set("bind", "unix:" + file), words))
                .hasMessage(file.toString());
        new BindCheck(1, 0).check(new Draft("").set("bind", "unix:" + directory.resolve("new")), words);
    }

    @Test
    void eachCommandLineSaysItInItsOwnWords() throws Exception {
        try (ServerSocket socket = occupied()) {
            String port = Integer.toString(socket.getLocalPort());
            Command.Result uvicorn = new Command(directory).tryingAddresses().run("uvicorn", "--port", port, "m:a");
            assertThat(uvicorn.status()).isEqualTo(3);
            assertThat(uvicorn.err())
                    .isEqualTo("ERROR:    error while attempting to bind on address ('127.0.0.1', " + port
                            + "): address already in use\n");
            Command.Result serve = new Command(directory).tryingAddresses().run("serve", "--port", port, "m:a");
            assertThat(serve.status()).isEqualTo(1);
            assertThat(serve.err())
                    .isEqualTo("corral serve: cannot listen on 127.0.0.1:" + port + ": address already in use\n");
            Surroundings around = new Surroundings(Map.of(), directory, System.out, System.err);
            assertThat(BindWords.gunicorn(around).unusable("127.0.0.1", 80, "address already in use"))
                    .message()
                    .contains("[ERROR] Connection in use: ('127.0.0.1', 80)\n")
                    .endsWith("[ERROR] Can't connect to ('127.0.0.1', 80)");
        }
    }
}
