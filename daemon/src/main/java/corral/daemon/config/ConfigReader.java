package corral.daemon.config;

import corral.daemon.config.ProgramReader.Globals;
import corral.daemon.ini.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads a Supervisor configuration (spec/supervisor.md 1 and 2): text, raw sections, one {@link KeyTable} per section,
 * records. It reads files and the password database, changes nothing, keeps nothing between two readings and never
 * throws for what a file contains. Any thread, one reading at a time.
 */
public final class ConfigReader {
    private final Path cwd;
    private final Supplier<Accounts> accounts;
    private final Path home;

    /** A reader for this machine and the working directory of this process. */
    public ConfigReader() {
        this(Path.of("").toAbsolutePath(), Accounts::local, Path.of("").toAbsolutePath());
    }

    /**
     * A reader.
     *
     * @param cwd what relative paths are relative to, absolute
     * @param accounts asked anew for each reading
     * @param home where corral is installed, for the commands of servers
     */
    public ConfigReader(Path cwd, Supplier<Accounts> accounts, Path home) {
        this.cwd = cwd;
        this.accounts = accounts;
        this.home = home;
    }

    /**
     * Reads a configuration and checks all of it.
     *
     * @param file the main file; messages repeat it as it is given
     * @param env the daemon's own environment, for {@code %(ENV_x)s} and {@code ~}
     * @param overrides options of the command line
     * @return the configuration unless there are errors, and every problem in the order in which Supervisor would meet
     *     them; the first error is the one it would report
     */
    public ConfigResult read(Path file, Map<String, String> env, Overrides overrides) {
        Host host = Host.local(cwd, env, accounts.get(), home);
        Reading reading = new Reading(host, new RawConfig(), new Problems());
        CommandLine commandLine = new CommandLine(overrides, host);
        commandLine.check(reading.problems());
        ConfigFiles files = new ConfigFiles(reading, file);
        if (!files.read()) {
            return new ConfigResult(Optional.empty(), reading.problems().list());
        }
        UnknownNames.note(reading);
        Config config = sections(reading, files, file, commandLine);
        List<Problem> problems = reading.problems().list();
        return new ConfigResult(reading.problems().hasErrors() ? Optional.empty() : Optional.of(config), problems);
    }

    private Config sections(Reading reading, ConfigFiles files, Path file, CommandLine commandLine) {
        Optional<RawSection> written = reading.raw().section(Sections.DAEMON);
        if (written.isEmpty()) {
            reading.problems().error(new Origin(file, 0), "", "", ".ini file does not include supervisord section");
        }
        RawSection daemonSection = written.orElseGet(() -> new RawSection(Sections.DAEMON, new Origin(file, 0)));
        String here = files.here();
        DaemonReader daemonReader = new DaemonReader(reading, daemonSection, here, commandLine);
        DaemonConfig daemon = daemonReader.read();
        Names env = Names.NONE.withEnvironment(reading.host().env()).withEnvironment(daemon.environment());
        boolean supervisorInterface = new RpcInterfaceReader(reading, env, file).read();
        // Programs need the servers' address, but Supervisor reports errors of programs first.
        Problems ofServers = new Problems();
        List<HttpServerConfig> servers = new ServerReader(reading.apart(ofServers), env, here).read();
        Globals globals = new Globals(env.with("here", here), daemon.environment(), ServerReader.url(servers));
        List<GroupConfig> groups = new GroupReader(reading, globals, Path.of(here)).read();
        new DependencyCheck(reading, groups).note();
        new ExitWithCheck(reading, daemonSection, groups).note(daemon.exitWith());
        reading.problems().addAll(ofServers);
        reading.problems().addAll(daemonReader.problemsOfUser());
        return new Config(
                cwd.resolve(file).normalize(), daemon, servers, supervisorInterface, groups, files.included());
    }
}
