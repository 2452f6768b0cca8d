package corral.daemon.config;

import corral.daemon.ini.PyText;
import java.nio.file.Path;
import java.util.Optional;

/** Options of {@code [supervisord]} and its alias {@code [corrald]} (spec/supervisor.md 2.1). */
final class DaemonKeys {
    static final Key<Optional<Path>> LOGFILE =
            Key.of("logfile", Types.ACTIVITY_LOG, "supervisord.log", "activity log; syslog sends it there");
    static final Key<Long> LOGFILE_MAXBYTES =
            Key.of("logfile_maxbytes", Types.BYTES, "50MB", "size at which the activity log is rotated; 0 for never");
    static final Key<Integer> LOGFILE_BACKUPS =
            Key.of("logfile_backups", Types.INT, "10", "rotated activity logs kept; 0 truncates in place");
    static final Key<LogLevel> LOGLEVEL = Key.of("loglevel", Types.LOG_LEVEL, "info", "least level that is logged");
    static final Key<Path> PIDFILE = Key.of("pidfile", Types.FILE, "supervisord.pid", "where the pid is written");
    static final Key<String> IDENTIFIER =
            Key.of("identifier", Types.STRING, "supervisor", "name of this daemon for clients and AUTO logs");
    static final Key<Boolean> NODAEMON = Key.of("nodaemon", Types.BOOLEAN, "false", "stay in the foreground");
    static final Key<Boolean> SILENT =
            Key.of("silent", Types.BOOLEAN, "false", "no activity log on stdout in the foreground");
    static final Key<Integer> UMASK = Key.of("umask", Types.OCTAL, "022", "umask set while detaching");
    static final Key<Path> DIRECTORY = Key.of("directory", Types.DIRECTORY, "working directory taken while detaching");
    static final Key<UserId> USER = Key.of("user", Types.USER, "user to become at start");
    static final Key<Integer> MINFDS = Key.of("minfds", Types.INT, "1024", "least limit of open descriptors");
    static final Key<Integer> MINPROCS = Key.of("minprocs", Types.INT, "200", "least limit of processes");
    static final Key<Boolean> NOCLEANUP = Key.of("nocleanup", Types.BOOLEAN, "false", "keep old AUTO logs at start");
    static final Key<Path> CHILDLOGDIR =
            Key.of("childlogdir", Types.DIRECTORY, "where AUTO logs go; the system's directory for temporary files");
    static final Key<Boolean> STRIP_ANSI =
            Key.of("strip_ansi", Types.BOOLEAN, "false", "remove terminal escapes from child output");
    static final Key<EnvironmentText> ENVIRONMENT =
            Key.of("environment", Types.ENVIRONMENT, "", "variables added to every child");
    static final Key<String> PROFILE_OPTIONS = Key.of("profile_options", Types.STRING, "accepted and ignored");
    static final Key<Path> RUNTIME_DIR = Key.of("runtime_dir", Types.PATH, "corral: where FIFOs and state are kept");

    static final Key<String> CGROUP = Key.of(
            "cgroup",
            new ValueType<>("auto, off or the path of a directory", (text, host) -> cgroup(text)),
            "auto",
            "corral: which cgroup is divided among programs");

    static final Key<Boolean> HANGUP = Key.of(
            "hangup",
            new ValueType<>("restart or reload", (text, host) -> ServerKeys.word(text, "reload", "restart")),
            "restart",
            "corral: what SIGHUP does: restart everything, or reload the servers without a gap");
    static final Key<String> REGENERATE =
            Key.of("regenerate", Types.STRING, "corral: command that makes this file anew, run before such a reload");
    static final Key<String> EXIT_WITH = Key.of(
            "exit_with",
            new ValueType<>("the name of a program with one process, or GROUP:PROCESS", (text, host) -> text),
            "corral: process with whose exit status the daemon ends when it exits for good");
    static final Key<Boolean> OUTPUT_PREFIX = Key.of(
            "output_prefix",
            Types.BOOLEAN,
            "false",
            "corral: names the process before each line that goes to a device, as /dev/stdout");

    static final KeyTable TABLE = KeyTable.of(
            "supervisord",
            LOGFILE,
            LOGFILE_MAXBYTES,
            LOGFILE_BACKUPS,
            LOGLEVEL,
            PIDFILE,
            IDENTIFIER,
            NODAEMON,
            SILENT,
            UMASK,
            DIRECTORY,
            USER,
            MINFDS,
            MINPROCS,
            NOCLEANUP,
            CHILDLOGDIR,
            STRIP_ANSI,
            ENVIRONMENT,
            PROFILE_OPTIONS,
            RUNTIME_DIR,
            CGROUP,
            HANGUP,
            REGENERATE,
            EXIT_WITH,
            OUTPUT_PREFIX);

    private DaemonKeys() {}

    private static String cgroup(String text) throws BadValueException {
        String word = PyText.lower(text);
        if (word.equals("auto") || word.equals("off")) {
            return word;
        }
        if (!text.startsWith("/")) {
            throw new BadValueException(PyText.repr(text) + " is no absolute path");
        }
        return text;
    }
}
