package corral.daemon.config;

import corral.daemon.ini.Names;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** {@code [supervisord]} with the command line laid over it (spec/supervisor.md 2.1). */
final class DaemonReader {
    private static final int MODE = 0777;

    private final Reading reading;
    private final Names names;
    private final SectionReader section;
    private final CommandLine commandLine;
    private final Problems ofUser = new Problems();

    DaemonReader(Reading reading, RawSection section, String here, CommandLine commandLine) {
        this.reading = reading;
        this.names = Names.NONE.withEnvironment(reading.host().env()).with("here", here);
        this.section = SectionReader.of(reading, section, names);
        this.commandLine = commandLine;
    }

    /** Reads it in the order in which Supervisor does, which decides the first error. */
    DaemonConfig read() {
        int minfds = setting(DaemonKeys.MINFDS);
        int minprocs = setting(DaemonKeys.MINPROCS);
        Optional<Path> directory = optional(DaemonKeys.DIRECTORY);
        Optional<UserId> user = user();
        int umask = setting(DaemonKeys.UMASK) & MODE;
        Optional<Path> logfile = setting(DaemonKeys.LOGFILE);
        long logfileMaxBytes = setting(DaemonKeys.LOGFILE_MAXBYTES);
        int logfileBackups = setting(DaemonKeys.LOGFILE_BACKUPS);
        LogLevel loglevel = setting(DaemonKeys.LOGLEVEL);
        Path pidfile = setting(DaemonKeys.PIDFILE);
        String identifier = setting(DaemonKeys.IDENTIFIER);
        boolean nodaemon = setting(DaemonKeys.NODAEMON);
        boolean silent = setting(DaemonKeys.SILENT);
        Path childlogdir = optional(DaemonKeys.CHILDLOGDIR).orElseGet(reading.host()::tempDirectory);
        boolean nocleanup = setting(DaemonKeys.NOCLEANUP);
        boolean stripAnsi = setting(DaemonKeys.STRIP_ANSI);
        Map<String, String> environment = environment();
        return new DaemonConfig(
                logfile,
                logfileMaxBytes,
                logfileBackups,
                loglevel,
                pidfile,
                identifier,
                nodaemon,
                silent,
                umask,
                directory,
                user,
                minfds,
                minprocs,
                nocleanup,
                childlogdir,
                stripAnsi,
                environment,
                optional(DaemonKeys.RUNTIME_DIR),
                setting(DaemonKeys.CGROUP),
                setting(DaemonKeys.HANGUP),
                optional(DaemonKeys.REGENERATE),
                optional(DaemonKeys.EXIT_WITH),
                setting(DaemonKeys.OUTPUT_PREFIX));
    }

    /** What is wrong with {@code user}, which Supervisor looks up only when everything else is read. */
    Problems problemsOfUser() {
        return ofUser;
    }

    private Optional<UserId> user() {
        Optional<String> name = section.text(DaemonKeys.USER);
        if (commandLine.has(DaemonKeys.USER)) {
            return commandLine.value(DaemonKeys.USER);
        }
        SectionReader late = section.notingIn(ofUser);
        return name.flatMap(text -> late.parse(DaemonKeys.USER, text));
    }

    private <T> T setting(Key<T> key) {
        T written = section.value(key);
        return commandLine.value(key).orElse(written);
    }

    private <T> Optional<T> optional(Key<T> key) {
        Optional<T> written = section.optional(key);
        return commandLine.value(key).or(() -> written);
    }

    /** Expanded twice, the second time with the machine's name, as Supervisor 4.2.5 does (spec/supervisor.md 1.3). */
    private Map<String, String> environment() {
        Key<EnvironmentText> key = DaemonKeys.ENVIRONMENT;
        Names second = names.with("host_node_name", reading.host().nodeName());
        Optional<EnvironmentText> text = section.text(key)
                .flatMap(once -> section.with(second).expand(key, once, key.name()))
                .flatMap(twice -> section.parse(key, twice));
        text.ifPresent(read -> read.warnings().forEach(warning -> section.warning(key, warning)));
        return text.map(EnvironmentText::variables).orElse(Map.of());
    }
}
