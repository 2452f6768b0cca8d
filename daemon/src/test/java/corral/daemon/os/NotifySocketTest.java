package corral.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real socket of a service manager, which Python plays. */
class NotifySocketTest {
    /** Binds what it is told, says so, and prints what comes as it would be written in Python. */
    private static final String MANAGER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1].replace("@", "\\0", 1))
            s.settimeout(30)
            print("bound", flush=True)
            for i in range(int(sys.argv[2])):
                print(ascii(s.recv(4096).decode()), flush=True)
            sys.stdin.read()
            """;

    /** Receives one message with a descriptor, and prints what can be read from that. */
    private static final String KEEPER = """
            import os, socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1].replace("@", "\\0", 1))
            print("bound", flush=True)
            message, fds, _, _ = socket.recv_fds(s, 4096, 10)
            print(message.decode(), len(fds), os.read(fds[0], 100).decode(), flush=True)
            print(s.recv(4096).decode(), flush=True)
            """;

    @TempDir
    private Path dir;

    private final Native os = Native.load();

    private static Process manager(String address, int messages) throws IOException {
        return new ProcessBuilder("/usr/bin/python3", "-c", MANAGER, address, Integer.toString(messages))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void arrives(String address) throws IOException, InterruptedException {
        Process manager = manager(address, 2);
        try (BufferedReader heard =
                new BufferedReader(new InputStreamReader(manager.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(heard.readLine()).isEqualTo("bound");
            NotifySocket socket = NotifySocket.to(os, address);
            assertThat(socket.send("READY=1\nSTATUS=gr\u00fcn")).isTrue();
            assertThat(socket.send("WATCHDOG=1")).isTrue();
            assertThat(heard.readLine()).isEqualTo("'READY=1\\nSTATUS=gr\\xfcn'");
            assertThat(heard.readLine()).isEqualTo("'WATCHDOG=1'");
        } finally {
            manager.destroyForcibly().waitFor();
        }
    }

    @Test
    void messagesArriveAtAPath() throws IOException, InterruptedException {
        arrives(dir.resolve("notify").toString());
    }

    @Test
    void messagesArriveAtAnAbstractName() throws IOException, InterruptedException {
        arrives("@corral-test/" + UUID.randomUUID());
    }

    @Test
    void aFullReceiverIsNotWaitedFor() throws IOException, InterruptedException {
        String address = dir.resolve("notify").toString();
        Process manager = manager(address, 0);
        try (BufferedReader heard =
                new BufferedReader(new InputStreamReader(manager.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(heard.readLine()).isEqualTo("bound");
            NotifySocket socket = NotifySocket.to(os, address);
            int sent = 0;
            while (sent < 100_000 && socket.send("WATCHDOG=1")) {
                sent++;
            }
            assertThat(sent).isBetween(1, 99_999);
        } finally {
            manager.destroyForcibly().waitFor();
        }
    }

    @Test
    void aDescriptorArrivesWithItsMessage() throws IOException, InterruptedException {
        for (String address : new String[] {dir.resolve("notify").toString(), "@corral-test/" + UUID.randomUUID()}) {
            Process keeper = new ProcessBuilder("/usr/bin/python3", "-c", KEEPER, address)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Path file = Files.writeString(dir.resolve("file"), "content");
            int fd = os.open(file.toString(), 0, 0);
            try (BufferedReader heard =
                    new BufferedReader(new InputStreamReader(keeper.getInputStream(), StandardCharsets.UTF_8))) {
                assertThat(heard.readLine()).isEqualTo("bound");
                NotifySocket socket = NotifySocket.to(os, address);
                socket.sendWith("FDSTORE=1", fd);
                socket.sendWith("FDSTOREREMOVE=1", -1);
                assertThat(heard.readLine()).isEqualTo("FDSTORE=1 1 content");
                assertThat(heard.readLine()).isEqualTo("FDSTOREREMOVE=1");
            } finally {
                os.libc().close(fd);
                keeper.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aReceiverThatIsNotThereIsAnError() throws OsException {
        NotifySocket socket = NotifySocket.to(os, dir.resolve("nobody").toString());
        assertThatThrownBy(() -> socket.send("READY=1"))
                .isInstanceOf(OsException.class)
                .hasMessageContaining("ENOENT");
    }

    @Test
    void otherAddressesAreRefused() {
        for (String address : new String[] {"vsock:2:1", "relative", "@"}) {
            assertThatThrownBy(() -> NotifySocket.to(os, address))
                    .isInstanceOf(OsException.class)
                    .hasMessageContaining("EAFNOSUPPORT");
        }
    }
}
