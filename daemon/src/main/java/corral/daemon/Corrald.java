package corral.daemon;

import corral.daemon.config.Config;
import corral.daemon.config.ConfigReader;
import corral.daemon.config.ConfigResult;
import corral.daemon.config.ProblemText;
import corral.daemon.config.UserId;
import corral.daemon.ini.ConfigSearch;
import corral.daemon.os.Detacher;
import corral.daemon.os.Native;
import corral.daemon.os.NativeAccounts;
import corral.daemon.upgrade.CheckReport;
import corral.daemon.upgrade.HandOver;
import corral.daemon.upgrade.Start;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code corrald}: reads arguments and configuration, then runs the daemon. */
public final class Corrald {
    /** The version that clients parse: Supervisor's, whose interface this is. */
    private static final String VERSION = "4.2.5";

    private final PrintStream out;
    private final PrintStream err;

    private Corrald(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs and exits with a status of {@link ExitCode}. */
    public static void main(String[] arguments) {
        int status;
        try {
            status = new Corrald(System.out, System.err).run(List.of(arguments));
        } catch (RuntimeException | Error e) {
            // Other threads would keep alive a daemon that serves nobody.
            e.printStackTrace();
            status = ExitCode.FAILURE;
        }
        System.out.flush();
        System.err.flush();
        // Not exit(): nothing of ours is left to hook, and libraries have nothing to save.
        Runtime.getRuntime().halt(status);
    }

    private int run(List<String> arguments) {
        try {
            Options options = OptionParser.parse(arguments);
            return switch (options.action()) {
                case HELP -> print(Help.TEXT);
                case VERSION -> print(VERSION + "\n");
                case TEST -> test(options, arguments.size());
                case RUN -> daemon(options, arguments);
            };
        } catch (UsageException e) {
            return usage(e.getMessage());
        }
    }

    private int print(String text) {
        out.print(text);
        return ExitCode.OK;
    }

    private int usage(String message) {
        err.print(asUsage(message));
        return ExitCode.USAGE;
    }

    private static String asUsage(String message) {
        return "Error: " + message + "\nFor help, use corrald -h\n";
    }

    /** {@code -t}: says everything that is wrong, starts nothing. */
    private int test(Options options, int arguments) throws UsageException {
        Path file = file(options);
        Native os = Native.load();
        ConfigResult result = reader(os).read(file, OwnEnvironment.read(), options.overrides());
        err.print(ProblemText.list(result.problems()));
        boolean bad = !result.errors().isEmpty()
                || (options.strict() && !result.warnings().isEmpty());
        out.println(file + ": " + result.errors().size() + " errors, "
                + result.warnings().size() + " warnings" + (bad ? "" : "; configuration is good"));
        if (!bad && System.getenv(CheckReport.VARIABLE) != null) {
            report(os, result.config().orElseThrow(), arguments);
        }
        return bad ? ExitCode.USAGE : ExitCode.OK;
    }

    /** For a daemon that is to become this version: whether it could, beside the configuration. */
    private void report(Native os, Config config, int arguments) throws UsageException {
        new DescriptorLimit(os).apply(config.daemon());
        try {
            out.print(CheckReport.own(
                            Facts.version(),
                            RuntimeDirectory.place(config, OwnEnvironment.read()),
                            config.daemon().user().map(UserId::uid),
                            arguments)
                    .text());
        } catch (IOException e) {
            throw new UsageException(e.toString());
        }
    }

    private int daemon(Options options, List<String> arguments) throws UsageException {
        Path file = file(options);
        Native os = Native.load();
        ConfigResult result = reader(os).read(file, OwnEnvironment.read(), options.overrides());
        if (result.config().isEmpty()) {
            return refuse(result);
        }
        Config config = result.config().get();
        Detached detached = new Detached(new Detacher(os), System.getenv());
        try {
            boolean upgraded = HandOver.read(System.getenv()).isPresent();
            if (!config.daemon().nodaemon() && !detached.isBackground() && !upgraded) {
                return detached.launch(err);
            }
            Start start = new Start(
                    Optional.ofNullable(System.getProperty("corral.launcher")).map(Path::of),
                    arguments,
                    OwnEnvironment.original(),
                    Path.of("").toAbsolutePath(),
                    new Detacher(os).umask());
            Daemon daemon = new Daemon(os, start, reader(os), options.overrides(), config);
            return daemon.run(result.problems(), detached);
        } catch (UsageException e) {
            if (!detached.isBackground()) {
                throw e;
            }
            detached.failed(asUsage(e.getMessage()).stripTrailing());
            return ExitCode.USAGE;
        } catch (IOException e) {
            throw new UsageException(e.getMessage());
        }
    }

    /** Supervisor's two lines, and between them the problems that it would only have shown one after another. */
    private int refuse(ConfigResult result) {
        err.println(ProblemText.startupError(result.problems()));
        err.print(ProblemText.list(result.errors()));
        err.println("For help, use corrald -h");
        return ExitCode.USAGE;
    }

    private static ConfigReader reader(Native os) {
        Path cwd = Path.of("").toAbsolutePath();
        // The launcher says it. (corral.home is another thing: where a configuration is looked for.)
        Path home = Path.of(System.getProperty("corral.installation", cwd.toString()));
        return new ConfigReader(cwd, () -> new NativeAccounts(os), home);
    }

    private static Path file(Options options) throws UsageException {
        if (options.configuration().isPresent()) {
            return Path.of(options.configuration().get()).toAbsolutePath();
        }
        Path cwd = Path.of("").toAbsolutePath();
        Path home = Optional.ofNullable(System.getProperty("corral.home"))
                .map(Path::of)
                .orElse(cwd);
        List<Path> places = ConfigSearch.places(home, cwd);
        return ConfigSearch.find(places)
                .map(Path::toAbsolutePath)
                .orElseThrow(() -> new UsageException("No config file found at default paths ("
                        + String.join(", ", places.stream().map(Path::toString).toList())
                        + "); use the -c option to specify a config file at a different path"));
    }
}
