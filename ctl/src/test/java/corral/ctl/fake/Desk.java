package corral.ctl.fake;

import corral.ctl.commands.Interpreter;
import corral.ctl.commands.Session;
import corral.ctl.output.Output;
import corral.daemon.rpc.Credentials;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A user at a session with a fake daemon, whose output is kept. */
public final class Desk {
    public final FakeDaemon daemon = new FakeDaemon();
    public final FakeUser user = new FakeUser();
    public final Session session;
    /** Who the daemon was last told to be talked to as. */
    public Optional<Credentials> credentials = Optional.empty();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private boolean goesOn = true;

    private Desk(boolean interactive) {
        Session.Terminal terminal =
                new Session.Terminal(new Output(out, false), new Output(err, false), user, action -> () -> {});
        session = new Session(
                (url, who) -> {
                    daemon.url = url;
                    credentials = who;
                    return daemon;
                },
                new Session.Target("unix:///run/s.sock", Optional.empty()),
                terminal,
                interactive);
    }

    /** Where nobody can be asked. */
    public static Desk unattended() {
        return new Desk(false);
    }

    /** Where the user answers. */
    public static Desk attended() {
        return new Desk(true);
    }

    /** Runs a line; gives what it printed, and forgets it. */
    public String run(String line) throws InterruptedIOException {
        goesOn = new Interpreter(session).run(line);
        return takeOut();
    }

    /** Standard output so far, once. */
    public String takeOut() {
        String text = out.toString(StandardCharsets.UTF_8);
        out.reset();
        return text;
    }

    /** Standard error so far. */
    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    public int exitCode() {
        return session.exitCode();
    }

    /** Whether the last line leaves the shell open. */
    public boolean goesOn() {
        return goesOn;
    }
}
