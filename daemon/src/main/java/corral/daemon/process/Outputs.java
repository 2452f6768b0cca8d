package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import java.util.concurrent.CompletableFuture;

/** Port to the thread that moves the output of children into their logs. Called on the loop. */
public interface Outputs {

    /** What a log gets from some moment on. */
    interface Since {

        /** The last of it, in UTF-8, at most {@code maxBytes} bytes; completes on the loop, with nothing if it cannot be had. */
        CompletableFuture<String> tail(int maxBytes);
    }

    /** Names the log files of a process that becomes active and creates those that are AUTO. */
    LogPaths activate(String group, ProcessConfig config);

    /** Reads on where an earlier daemon has stopped: the child of the process runs. */
    default void resume(String group, ProcessConfig config, LogPaths logs) {}

    /** Calls {@code done} on the loop once what the process has written so far is in its logs, or after a moment. */
    void drain(String group, String name, Runnable done);

    /** Notes how long a log is now, before any launch that is asked for later; {@code logfile} may be empty for none. */
    Since since(String logfile);

    /** Truncates the logs of a process; completes on the loop, exceptionally when a file could not be emptied. */
    CompletableFuture<Void> clear(String group, String name, LogPaths logs);

    /** Writes to the stdin of a process; completes on the loop with false when nothing reads it any more. */
    CompletableFuture<Boolean> writeStdin(String group, String name, byte[] bytes);
}
