package corral.server.cli;

/** What all processes of a server on a terminal have in common. No state. */
final class Terminal {
    private Terminal() {}

    /** Adds the process options that nobody set: output goes to the terminal, a failed first start ends everything. */
    static void complete(Draft draft) {
        orElse(draft, "stdout_logfile", "/dev/stdout");
        orElse(draft, "stderr_logfile", "/dev/stderr");
        orElse(draft, "stdout_logfile_maxbytes", "0");
        orElse(draft, "stderr_logfile_maxbytes", "0");
        orElse(draft, "boot_failure", "exit");
        // Later failures are tried again, ever more slowly, while the other workers go on.
        orElse(draft, "startretries", "1000000");
    }

    private static void orElse(Draft draft, String key, String value) {
        if (!draft.values().containsKey(key)) {
            draft.set(key, value);
        }
    }
}
