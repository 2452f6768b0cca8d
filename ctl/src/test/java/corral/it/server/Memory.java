package corral.it.server;

import corral.it.ProcFs;
import java.util.concurrent.atomic.AtomicLong;

/** Watches how much a process has resident while something goes on. */
final class Memory implements AutoCloseable {
    private final long pid;
    private final long before;
    private final AtomicLong most = new AtomicLong();
    private final Thread thread;
    private volatile boolean over;

    Memory(long pid) {
        this.pid = pid;
        before = resident();
        thread = new Thread(this::watch, "memory of " + pid);
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (!over) {
                most.accumulateAndGet(resident(), Math::max);
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            // That is the end of it.
            over = true;
        }
    }

    private long resident() {
        String text = ProcFs.status(pid).getOrDefault("VmRSS", "0 kB");
        return Long.parseLong(text.substring(0, text.indexOf(' '))) * 1024;
    }

    /** The most so far above what there was at first, in MiB. */
    long growthMib() {
        return (most.get() - before) >> 20;
    }

    @Override
    public void close() {
        over = true;
        thread.interrupt();
    }
}
