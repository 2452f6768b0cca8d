package corral.daemon;

/** What {@code corrald -h} prints. */
final class Help {
    static final String TEXT = """
            corrald -- run a set of applications as daemons.

            Usage: corrald [options]

            Options:
            -c/--configuration FILENAME -- configuration file path (searches if not given)
            -t/--test -- check the configuration, say everything that is wrong, exit 0 or 2
            --strict -- with -t: warnings count as errors
            -n/--nodaemon -- run in the foreground (same as 'nodaemon=true' in config file)
            -s/--silent -- no logs to stdout (maps to 'silent=true' in config file)
            -h/--help -- print this usage message and exit
            -v/--version -- print the version of Supervisor that corrald is compatible with and exit
            -u/--user USER -- run corrald as this user (or numeric uid)
            -m/--umask UMASK -- use this umask for daemon subprocess (default is 022)
            -d/--directory DIRECTORY -- directory to chdir to when daemonized
            -l/--logfile FILENAME -- use FILENAME as logfile path
            -y/--logfile_maxbytes BYTES -- use BYTES to limit the max size of logfile
            -z/--logfile_backups NUM -- number of backups to keep when max bytes reached
            -e/--loglevel LEVEL -- use LEVEL as log level (debug,info,warn,error,critical)
            -j/--pidfile FILENAME -- write a pid file for the daemon process to FILENAME
            -i/--identifier STR -- identifier used for this instance of corrald
            -q/--childlogdir DIRECTORY -- the log directory for child process logs
            -k/--nocleanup -- prevent the process from performing cleanup (removal of
                              old automatic child log files) at startup.
            -a/--minfds NUM -- the minimum number of file descriptors for start success
            --strip_ansi -- strip ansi escape codes from process output
                            (supervisord's -t, which checks the configuration here)
            --minprocs NUM  -- the minimum number of processes available for start success
            --profile_options OPTIONS -- accepted and without effect

            Signals: TERM, INT stop everything and exit; HUP restarts with the configuration read anew;
            USR2 reopens all log files; QUIT prints a thread dump of the JVM.
            """;

    private Help() {}
}
