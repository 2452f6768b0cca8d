package corral.ctl;

import corral.ctl.commands.Interpreter;
import corral.ctl.commands.Prompter;
import corral.ctl.commands.Session;
import corral.ctl.output.ExitCode;
import corral.ctl.output.Output;
import corral.ctl.output.OutputClosedException;
import corral.ctl.output.Tty;
import corral.ctl.shell.CtrlC;
import corral.ctl.shell.PlainPrompter;
import corral.ctl.shell.Shell;
import corral.ctl.shell.ShellStart;
import corral.daemon.rpc.Credentials;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of the daemon: runs one action, or a shell (spec/supervisor.md 5).
 *
 * <p>A run is over before the JVM is warm, so on its way nothing is used that costs at first use: lambdas, formats,
 * regular expressions, loggers.
 */
public final class Corralctl {
    private static final int INTERRUPTED = 130;

    private final Map<String, String> environment;
    private final String program;
    private final Path home;
    private final Output out;
    private final Output err;

    private Corralctl(Map<String, String> environment, Output out, Output err) {
        this.environment = environment;
        this.program = System.getProperty("corral.program", "corralctl");
        this.home = Path.of(System.getProperty("corral.home", ""));
        this.out = out;
        this.err = err;
    }

    /**
     * Runs and exits. The launcher says by the system property {@code corral.home} where it is installed, and by {@code
     * corral.program} how the user called it.
     */
    public static void main(String[] args) {
        // Named here, it need not be searched for in every jar: 15 ms. Linux has had this one since Java 6.
        System.setProperty("java.nio.channels.spi.SelectorProvider", "sun.nio.ch.EPollSelectorProvider");
        Map<String, String> environment = System.getenv();
        boolean coloured = Tty.isTerminal(1) && Tty.allowsColours(environment);
        Output out = new Output(new FileOutputStream(FileDescriptor.out), coloured);
        Output err = new Output(new FileOutputStream(FileDescriptor.err), false);
        System.exit(new Corralctl(environment, out, err).run(args));
    }

    private int run(String[] args) {
        try {
            Arguments arguments = Arguments.parse(args);
            if (arguments.has('h')) {
                out.text(Usage.text(program));
                return ExitCode.SUCCESS;
            }
            return run(arguments, config(arguments));
        } catch (UsageException e) {
            err.line("Error: " + e.getMessage());
            err.line("For help, use " + program + " -h");
            return ExitCode.USAGE;
        } catch (OutputClosedException e) {
            return ExitCode.GENERIC;
        }
    }

    private ClientConfig config(Arguments arguments) throws UsageException {
        Optional<String> named = arguments.value('c');
        Optional<Path> path = named.isPresent() ? Optional.of(Path.of(named.get())) : ClientConfig.find(home);
        return path.isPresent() ? ClientConfig.read(path.get(), environment) : ClientConfig.DEFAULT;
    }

    private int run(Arguments arguments, ClientConfig config) {
        Optional<String> username = arguments.has('u') ? arguments.value('u') : config.username();
        Optional<String> password = arguments.has('p') ? arguments.value('p') : config.password();
        Optional<Credentials> credentials = username.isPresent() && password.isPresent()
                ? Optional.of(new Credentials(username.get(), password.get()))
                : Optional.empty();
        String url = arguments.value('s').orElse(config.serverUrl());
        Session.Target target = new Session.Target(url, credentials);
        if (arguments.words().isEmpty()) {
            Optional<Path> history = arguments.has('r')
                    ? Optional.of(Path.of(arguments.options().get('r')).toAbsolutePath())
                    : config.historyFile();
            return shell(target, config.prompt(), history);
        }
        CtrlC interrupts = new CtrlC();
        boolean interactive = arguments.has('i');
        Prompter prompter = interactive && Tty.isTerminal(0)
                ? ShellStart.prompter(Optional.empty())
                : new PlainPrompter(out, err, interrupts);
        Session.Terminal terminal = new Session.Terminal(out, err, prompter, interrupts);
        Session session = new Session(new RemoteConnector(), target, terminal, interactive);
        try {
            new Interpreter(session).run(String.join(" ", arguments.words()));
            return session.exitCode();
        } catch (InterruptedIOException e) {
            out.line("");
            return INTERRUPTED;
        }
    }

    private int shell(Session.Target target, String prompt, Optional<Path> history) {
        Shell shell = ShellStart.shell(new RemoteConnector(), target, new ShellStart.Streams(out, err), history);
        shell.run(prompt + "> ");
        return ExitCode.SUCCESS;
    }
}
