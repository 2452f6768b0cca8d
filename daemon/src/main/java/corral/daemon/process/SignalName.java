package corral.daemon.process;

/** Names of signals by their number on Linux, signal(7); 29 is SIGPOLL as in Supervisor. */
public final class SignalName {
    private static final String[] NAMES = {
        "signal 0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL",
        "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP",
        "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGPOLL",
        "SIGPWR", "SIGSYS"
    };

    private SignalName() {}

    /** The name, or {@code signal N} when it has none. */
    public static String of(int signal) {
        if (signal >= 0 && signal < NAMES.length) {
            return NAMES[signal];
        }
        return switch (signal) {
            case 34 -> "SIGRTMIN";
            case 64 -> "SIGRTMAX";
            default -> "signal " + signal;
        };
    }
}
