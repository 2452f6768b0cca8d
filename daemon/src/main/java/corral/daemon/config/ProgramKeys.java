package corral.daemon.config;

import java.util.Optional;
import java.util.Set;

/** Options of {@code [program:x]} and of the two sections that share them (spec/supervisor.md 2.4, 2.5). */
final class ProgramKeys {
    static final Key<String> COMMAND = Key.of("command", Types.STRING, "program and arguments, without a shell");
    static final Key<String> PROCESS_NAME =
            Key.of("process_name", Types.STRING, "%(program_name)s", "name of each process");
    static final Key<Integer> NUMPROCS = Key.of("numprocs", Types.INT, "1", "how many processes");
    static final Key<Integer> NUMPROCS_START = Key.of("numprocs_start", Types.INT, "0", "first process_num");
    static final Key<Integer> PRIORITY = Key.of("priority", Types.INT, "999", "lower starts first");
    static final Key<Boolean> AUTOSTART = Key.of("autostart", Types.BOOLEAN, "true", "start with the daemon");
    static final Key<Integer> STARTSECS = Key.of("startsecs", Types.INT, "1", "seconds up until it counts as RUNNING");
    static final Key<Integer> STARTRETRIES =
            Key.of("startretries", Types.RETRIES, "3", "further attempts after the first failed start, or unlimited");
    static final Key<Autorestart> AUTORESTART =
            Key.of("autorestart", Types.AUTORESTART, "unexpected", "whether an exit leads to a new start");
    static final Key<Set<Integer>> EXITCODES = Key.of("exitcodes", Types.EXIT_CODES, "0", "statuses that are expected");
    static final Key<Integer> STOPSIGNAL = Key.of("stopsignal", Types.SIGNAL, "TERM", "signal that asks it to stop");
    static final Key<Integer> STOPWAITSECS = Key.of("stopwaitsecs", Types.INT, "10", "seconds until SIGKILL follows");
    static final Key<Boolean> STOPASGROUP =
            Key.of("stopasgroup", Types.BOOLEAN, "false", "stop signal to the whole process group");
    static final Key<Boolean> KILLASGROUP =
            Key.of("killasgroup", Types.BOOLEAN, "SIGKILL to the whole process group; as stopasgroup");
    static final Key<UserId> USER = Key.of("user", Types.USER, "user to run as");
    static final Key<Boolean> REDIRECT_STDERR =
            Key.of("redirect_stderr", Types.BOOLEAN, "false", "stderr goes where stdout goes");
    static final Key<EnvironmentText> ENVIRONMENT =
            Key.of("environment", Types.ENVIRONMENT, "", "variables added to those of the daemon");
    static final Key<String> DIRECTORY = Key.of("directory", Types.STRING, "working directory");
    static final Key<Integer> UMASK = Key.of("umask", Types.OCTAL, "umask");
    static final Key<String> SERVERURL =
            Key.of("serverurl", Types.STRING, "AUTO", "SUPERVISOR_SERVER_URL of the child");
    static final Key<Boolean> NOTIFY =
            Key.of("notify", Types.BOOLEAN, "false", "corral: RUNNING once it has said READY=1 as to systemd");
    static final Key<Integer> WATCHDOG = Key.of(
            "watchdog", ServerTypes.number(0, 86_400), "0", "corral: seconds within which it says WATCHDOG=1; 0 never");
    static final Key<Boolean> EXIT_ON_FATAL = Key.of(
            "on_fatal",
            new ValueType<>("none or exit", (text, host) -> ServerKeys.word(text, "exit", "none")),
            "none",
            "corral: exit ends the daemon with the program's status");
    static final Key<Boolean> ROLLING =
            Key.of("rolling", Types.BOOLEAN, "false", "corral: a successor is ready before it is stopped");
    static final Key<Integer> SURGE = Key.of(
            "surge", ServerTypes.number(1, 100), "1", "corral: processes beyond their number while they are replaced");
    static final StreamKeys STDOUT = StreamKeys.of("stdout");
    static final StreamKeys STDERR = StreamKeys.of("stderr");

    private static final KeyTable PROCESS = KeyTable.of(
            "program:x",
            COMMAND,
            PROCESS_NAME,
            NUMPROCS,
            NUMPROCS_START,
            PRIORITY,
            AUTOSTART,
            STARTSECS,
            STARTRETRIES,
            AUTORESTART,
            EXITCODES,
            STOPSIGNAL,
            STOPWAITSECS,
            STOPASGROUP,
            KILLASGROUP,
            USER,
            REDIRECT_STDERR,
            STDOUT.logfile(),
            STDOUT.maxBytes(),
            STDOUT.backups(),
            STDOUT.captureMaxBytes(),
            STDOUT.eventsEnabled(),
            STDOUT.syslog(),
            STDOUT.prefix(),
            STDERR.logfile(),
            STDERR.maxBytes(),
            STDERR.backups(),
            STDERR.captureMaxBytes(),
            STDERR.eventsEnabled(),
            STDERR.syslog(),
            STDERR.prefix(),
            ENVIRONMENT,
            DIRECTORY,
            UMASK,
            SERVERURL,
            NOTIFY,
            WATCHDOG,
            EXIT_ON_FATAL,
            ROLLING,
            SURGE);

    static final KeyTable TABLE = PROCESS.and("program:x", AdditionKeys.ALL);

    static final KeyTable LISTENER = PROCESS.and(
            "eventlistener:x",
            Key.of("events", Types.LIST, "event types to receive"),
            Key.of("buffer_size", Types.INT, "10", "events kept while no listener is ready"),
            Key.of("result_handler", Types.STRING, "only the default is known"));

    static final KeyTable FASTCGI = PROCESS.and(
            "fcgi-program:x",
            Key.of("socket", Types.STRING, "unix:///path or tcp://host:port"),
            Key.of("socket_owner", Types.STRING, "user or user:group"),
            Key.of("socket_mode", Types.OCTAL, "0700", "permissions of the socket"),
            Key.of("socket_backlog", Types.INT, "connections that may wait"));

    private ProgramKeys() {}

    /** The options of one output stream. */
    record StreamKeys(
            Key<Optional<LogTarget>> logfile,
            Key<Long> maxBytes,
            Key<Integer> backups,
            Key<Long> captureMaxBytes,
            Key<Boolean> eventsEnabled,
            Key<Boolean> syslog,
            Key<String> prefix) {

        static StreamKeys of(String stream) {
            return new StreamKeys(
                    Key.of(stream + "_logfile", Types.CHILD_LOG, "AUTO", "file for the output, AUTO or NONE"),
                    Key.of(stream + "_logfile_maxbytes", Types.BYTES, "50MB", "size at which it is rotated; 0 never"),
                    Key.of(stream + "_logfile_backups", Types.INT, "10", "rotated files kept; 0 truncates in place"),
                    Key.of(stream + "_capture_maxbytes", Types.BYTES, "0", "size of the capture buffer; 0 for none"),
                    Key.of(stream + "_events_enabled", Types.BOOLEAN, "false", "send PROCESS_LOG events"),
                    Key.of(stream + "_syslog", Types.BOOLEAN, "false", "each line to syslog, too"),
                    Key.of(stream + "_prefix", Types.STRING, "corral: text before each line; see output_prefix"));
        }
    }
}
