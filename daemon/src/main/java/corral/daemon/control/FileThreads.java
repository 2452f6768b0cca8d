package corral.daemon.control;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that may block on log files. They start when there is something to read and end soon after. */
final class FileThreads {
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 1024;
    private static final int KEEP_ALIVE_S = 5;

    private final ThreadPoolExecutor pool;

    FileThreads() {
        AtomicInteger count = new AtomicInteger();
        pool = new ThreadPoolExecutor(
                THREADS, THREADS, KEEP_ALIVE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "control-files-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
    }

    /** Runs the task later; when too much waits already, the future fails with {@link RejectedExecutionException}. */
    <T> CompletableFuture<T> call(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            pool.execute(() -> {
                try {
                    result.complete(task.call());
                } catch (Exception | Error e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(e);
        } catch (OutOfMemoryError e) {
            // No thread is to be had now. One that exists may still take the task, which then completes nothing new.
            result.completeExceptionally(new RejectedExecutionException(e));
        }
        return result;
    }

    /** Lets the threads end once they have done what waits. */
    void stop() {
        pool.shutdown();
    }
}
