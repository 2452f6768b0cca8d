package corral.ctl.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.ctl.fake.Desk;
import corral.daemon.rpc.Credentials;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.HttpStatusException;
import corral.daemon.rpc.TransportException;
import corral.daemon.rpc.TransportException.Kind;
import java.io.InterruptedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every command: names, help, the up-check, failures, who one is, the daemon's own end. */
class InterpreterTest {
    private final Desk desk = Desk.unattended();

    @Test
    void aBlankLineDoesNothing() throws Exception {
        assertThat(desk.run("  ")).isEmpty();
        assertThat(desk.goesOn()).isTrue();
        assertThat(desk.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nosuch cmd", "!ls", "Status", ";", "héllo"})
    void anUnknownCommandIsRepeated(String line) throws Exception {
        assertThat(desk.run(" " + line + " ")).isEqualTo("*** Unknown syntax: " + line + "\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void aNameEndsWhereItsLettersEnd() throws Exception {
        assertThat(desk.run("start-all")).isEqualTo("-all: started\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"quit", "exit", "EOF"})
    void quitPrintsABlankLineAndLeaves(String line) throws Exception {
        assertThat(desk.run(line)).isEqualTo("\n");
        assertThat(desk.goesOn()).isFalse();
        assertThat(desk.exitCode()).isZero();
    }

    @Test
    void helpListsTheCommandsInColumns() throws Exception {
        assertThat(desk.run("help")).isEqualTo("""

                        default commands (type help <topic>):
                        =====================================
                        add    exit      open  reload  restart   signal  stop    upgrade
                        avail  fg        pid   remove  scale     start   tail    version
                        clear  maintail  quit  reread  shutdown  status  update

                        """);
    }

    @Test
    void everyCommandHasUsage() throws Exception {
        for (String name : CommandTable.names()) {
            assertThat(desk.run("help " + name)).as(name).startsWith(name).contains("\t");
            assertThat(desk.run("?" + name)).startsWith(name);
        }
        assertThat(desk.run("help help")).startsWith("help\t\t");
        assertThat(desk.run("help nosuch")).isEqualTo("*** No help on nosuch\n");
        assertThat(desk.run("? nosuch")).isEqualTo("*** No help on nosuch\n");
        assertThat(desk.run("help EOF")).isEqualTo("*** No help on EOF\n");
        assertThat(desk.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start x",
                "stop x",
                "restart x",
                "signal 1 x",
                "pid",
                "tail x",
                "maintail",
                "clear x",
                "fg x",
                "version"
            })
    void mostCommandsAskFirstWhetherTheDaemonIsThere(String line) throws Exception {
        desk.daemon.fail(new TransportException(Kind.REFUSED, ""));
        assertThat(desk.run(line)).isEqualTo("unix:///run/s.sock refused connection\n");
        assertThat(desk.exitCode()).isEqualTo(4);
        desk.daemon.fail(new TransportException(Kind.NO_SUCH_FILE, ""));
        assertThat(desk.run(line)).isEqualTo("unix:///run/s.sock no such file\n");
        assertThat(desk.exitCode()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"avail", "reread", "add x", "remove x", "update", "reload"})
    void othersFailAsTheyAre(String line) throws Exception {
        desk.daemon.fail(new TransportException(Kind.REFUSED, "refusé"));
        assertThat(desk.run(line))
                .matches(
                        "error: <class 'ConnectionRefusedError'>, \\[Errno 111\\] Connection refused: file: .+ line: \\d+\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void anotherVersionOfTheApiIsNotSpokenTo() throws Exception {
        desk.daemon.apiVersion = "2.0";
        assertThat(desk.run("start x")).startsWith("Sorry, ").contains("2.0");
        assertThat(desk.exitCode()).isEqualTo(5);
    }

    @Test
    void aDaemonWithoutTheNamespaceIsExplained() throws Exception {
        desk.daemon.refuse("apiVersion", Fault.UNKNOWN_METHOD);
        assertThat(desk.run("start x")).contains("[rpcinterface:supervisor]");
        assertThat(desk.exitCode()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "FORBIDDEN, PermissionError",
        "UNKNOWN_HOST, socket.gaierror",
        "LOST, ConnectionResetError",
        "CLOSED, http.client.RemoteDisconnected"
    })
    void anotherFailureIsNamedAsScriptsKnowIt(Kind kind, String type) throws Exception {
        desk.daemon.fail(new TransportException(kind, "words"));
        assertThat(desk.run("status")).startsWith("error: <class '" + type + "'>, ");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void whoIsNotLetInIsToldSo() throws Exception {
        desk.daemon.fail(new HttpStatusException(401, "Unauthorized"));
        assertThat(desk.run("version"))
                .startsWith("Server requires authentication\nerror: <class 'xmlrpc.client.ProtocolError'>, "
                        + "<ProtocolError for 127.0.0.1/RPC2: 401 Unauthorized>: file: ");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void whoCanBeAskedIsAskedUntilItFits() throws Exception {
        Desk attended = Desk.attended();
        attended.daemon
                .fail(new HttpStatusException(401, "Unauthorized"))
                .fail(new HttpStatusException(401, "Unauthorized"));
        attended.user.types("u").types("wrong").types("u").types("p");
        assertThat(attended.run("version"))
                .isEqualTo("Server requires authentication\n\nServer requires authentication\n\n4.2.5\n");
        assertThat(attended.user.prompts).containsExactly("Username:", "Password:", "Username:", "Password:");
        assertThat(attended.credentials).contains(new Credentials("u", "p"));
        assertThat(attended.exitCode()).isZero();
    }

    @Test
    void whoDoesNotAnswerIsNotAskedAgain() throws Exception {
        Desk attended = Desk.attended();
        attended.daemon.fail(new HttpStatusException(401, "Unauthorized"));
        assertThat(attended.run("version"))
                .startsWith(
                        "Server requires authentication\nerror: <class 'EOFError'>, EOF when reading a line: file: ");
    }

    @Test
    void shutdownAndReloadAreAskedAboutWhenSomebodyIsThere() throws Exception {
        Desk attended = Desk.attended();
        attended.user.types("Yes").types("n").types("");
        assertThat(attended.run("shutdown")).isEqualTo("Shut down\n");
        assertThat(attended.run("shutdown")).isEmpty();
        assertThat(attended.run("reload")).isEmpty();
        assertThat(attended.user.prompts)
                .containsExactly(
                        "Really shut the remote supervisord process down y/N? ",
                        "Really shut the remote supervisord process down y/N? ",
                        "Really restart the remote supervisord process y/N? ");
        assertThat(attended.daemon.calls).containsExactly("shutdown");
    }

    @Test
    void ctrlCAtAQuestionIsNotAnAnswer() {
        Desk attended = Desk.attended();
        attended.user.does(new InterruptedIOException());
        assertThatThrownBy(() -> attended.run("shutdown")).isInstanceOf(InterruptedIOException.class);
        assertThat(attended.daemon.calls).isEmpty();
    }

    @Test
    void shutdownAndReloadHaveTheirOwnWords() throws Exception {
        assertThat(desk.run("shutdown")).isEqualTo("Shut down\n");
        assertThat(desk.run("reload")).isEqualTo("Restarted supervisord\n");
        desk.daemon.refuse("shutdown", Fault.SHUTDOWN_STATE).refuse("restart", Fault.SHUTDOWN_STATE);
        assertThat(desk.run("shutdown")).isEqualTo("ERROR: already shutting down\n");
        assertThat(desk.exitCode()).isZero();
        assertThat(desk.run("reload")).isEqualTo("ERROR: already shutting down\n");
        assertThat(desk.exitCode()).isEqualTo(1);
        desk.daemon.fail(new TransportException(Kind.REFUSED, ""));
        assertThat(desk.run("shutdown"))
                .isEqualTo("ERROR: unix:///run/s.sock refused connection (already shut down?)\n");
        desk.daemon.fail(new TransportException(Kind.NO_SUCH_FILE, ""));
        assertThat(desk.run("shutdown")).isEqualTo("ERROR: unix:///run/s.sock no such file (already shut down?)\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void openTurnsToAnotherDaemonAndForgetsTheCodeOfItsStatus() throws Exception {
        desk.daemon.process("x", "x", "STOPPED", 0);
        assertThat(desk.run("open http://elsewhere:9001")).startsWith("x ");
        assertThat(desk.daemon.url).isEqualTo("http://elsewhere:9001");
        assertThat(desk.exitCode()).isZero();
        assertThat(desk.run("open ftp://x")).isEqualTo("ERROR: url must be http:// or unix://\n");
        assertThat(desk.run("open")).isEqualTo("ERROR: url must be http:// or unix://\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }
}
