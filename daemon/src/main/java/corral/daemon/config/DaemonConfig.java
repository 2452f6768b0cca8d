package corral.daemon.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * {@code [supervisord]} (alias {@code [corrald]}) after the command line was laid over it (spec/supervisor.md 2.1).
 *
 * @param logfile activity log, absolute; empty when it goes to syslog
 * @param logfileMaxBytes 0 for never rotated
 * @param logfileBackups rotated files kept
 * @param pidfile absolute
 * @param umask set while detaching
 * @param directory set while detaching; empty for none
 * @param user to become at start; empty for none
 * @param minfds least soft RLIMIT_NOFILE
 * @param minprocs least soft RLIMIT_NPROC
 * @param childlogdir where AUTO logs go
 * @param environment added to every child
 * @param runtimeDir corral's own key {@code runtime_dir}: where FIFOs and state are kept; empty for the default
 * @param cgroup corral's own key {@code cgroup}: {@code auto}, {@code off} or the path of a cgroup that the daemon may divide
 * @param reloadsOnHangup corral's own key {@code hangup}: whether the daemon is one server in the foreground, to which signals mean
 *     what they mean to Gunicorn; else what they mean to Supervisor
 * @param regenerate corral's own key {@code regenerate}: command that makes the configuration anew; empty for none
 * @param exitWith corral's own key {@code exit_with}: name of the process with whose status the daemon ends; empty for none
 * @param outputPrefix corral's own key {@code output_prefix}: whether lines that go to a device begin with the name of their process
 */
public record DaemonConfig(
        Optional<Path> logfile,
        long logfileMaxBytes,
        int logfileBackups,
        LogLevel loglevel,
        Path pidfile,
        String identifier,
        boolean nodaemon,
        boolean silent,
        int umask,
        Optional<Path> directory,
        Optional<UserId> user,
        int minfds,
        int minprocs,
        boolean nocleanup,
        Path childlogdir,
        boolean stripAnsi,
        Map<String, String> environment,
        Optional<Path> runtimeDir,
        String cgroup,
        boolean reloadsOnHangup,
        Optional<String> regenerate,
        Optional<String> exitWith,
        boolean outputPrefix) {}
