package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.output.ExitCode;
import corral.ctl.output.Output;
import corral.daemon.rpc.Credentials;
import java.util.Optional;

/** What commands share: the daemon they talk to, where they print, whom they ask, and the exit code. One thread. */
public final class Session {
    private final Connector connector;
    private final Output out;
    private final Output err;
    private final Prompter prompter;
    private final Interrupts interrupts;
    private final boolean interactive;

    private Optional<Credentials> credentials;
    private Daemon daemon;
    private int exitCode = ExitCode.SUCCESS;

    /**
     * A session.
     *
     * @param target whose daemon to talk to first
     * @param terminal where to print and whom to ask
     * @param interactive whether the user is there to be asked
     */
    public Session(Connector connector, Target target, Terminal terminal, boolean interactive) {
        this.connector = connector;
        this.credentials = target.credentials();
        this.daemon = connector.connect(target.url(), credentials);
        this.out = terminal.out();
        this.err = terminal.err();
        this.prompter = terminal.prompter();
        this.interrupts = terminal.interrupts();
        this.interactive = interactive;
    }

    /** A URL and who one is there. */
    public record Target(String url, Optional<Credentials> credentials) {}

    /** Both outputs, the input, and Ctrl-C. */
    public record Terminal(Output out, Output err, Prompter prompter, Interrupts interrupts) {}

    /** The daemon. */
    public Daemon daemon() {
        return daemon;
    }

    /** Standard output, error lines included. */
    public Output out() {
        return out;
    }

    /** Standard error: only for what goes wrong while a log is followed. */
    public Output err() {
        return err;
    }

    /** Asks the user. */
    public Prompter prompter() {
        return prompter;
    }

    /** Catches Ctrl-C. */
    public Interrupts interrupts() {
        return interrupts;
    }

    /** Whether the user is there to be asked. */
    public boolean isInteractive() {
        return interactive;
    }

    /** The code to exit with: the last one that was not zero. */
    public int exitCode() {
        return exitCode;
    }

    /** Sets the code to exit with. */
    public void exitCode(int code) {
        exitCode = code;
    }

    /** Prints an error line and sets the code to exit with. */
    public void fail(int code, String line) {
        exitCode = code;
        out.line(line);
    }

    /** Prints an error line and the usage, and sets the code to exit with. */
    public void misuse(int code, String line, Command command) {
        fail(code, line);
        out.line(command.usage());
    }

    /** Talks to another daemon from now on, as the same user. */
    public void open(String url) {
        daemon.disconnect();
        daemon = connector.connect(url, credentials);
    }

    /** Is somebody else from now on. */
    public void authenticate(Credentials user) {
        credentials = Optional.of(user);
        open(daemon.url());
    }
}
