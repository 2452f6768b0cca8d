package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import java.util.concurrent.CompletableFuture;

/** What a process writes from the moment before its launch on, for telling why it did not become ready. Loop thread. */
final class FirstWords {
    /** Of what a failed process wrote, this much is told. */
    private static final int TAIL_BYTES = 8192;

    private final Outputs.Since written;

    /** From now on. */
    FirstWords(ManagedProcess process, Outputs outputs) {
        this.written = outputs.since(logOf(process));
    }

    private static String logOf(ManagedProcess process) {
        ProcessConfig config = process.config();
        return config.redirectStderr() || process.logs().stderr().isEmpty()
                ? process.logs().stdout()
                : process.logs().stderr();
    }

    /** The reason, and in the lines below the last of what it wrote. */
    CompletableFuture<String> after(String reason) {
        return written.tail(TAIL_BYTES)
                .handle((tail, error) -> error != null || tail.isEmpty() ? reason : reason + "\n" + tail);
    }
}
