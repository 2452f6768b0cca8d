package corral.server;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps the heap from growing for garbage. The serial collector lets the old generation take all of {@code -Xmx} before it looks
 * there for the first time: of a server that holds 5 MB, 250 would be resident after some hours. Here it has to look whenever the heap
 * has become a quarter larger, and at least 4 MB larger, than it was after the last look: some milliseconds in some minutes.
 */
final class HeapGrowth {
    private static final long PERIOD_S = 5;
    private static final long LEAST_BYTES = 4L << 20;

    private final LongSupplier committed;
    private final Runnable collect;
    private long base;

    /**
     * One that is told when to look.
     *
     * @param committed bytes that the heap has now
     * @param collect collects everything, and gives back what is free
     */
    HeapGrowth(LongSupplier committed, Runnable collect) {
        this.committed = committed;
        this.collect = collect;
        this.base = committed.getAsLong();
    }

    /** Watches the heap of this JVM as long as the executor lives. */
    static void watch(EventExecutor executor) {
        HeapGrowth growth = new HeapGrowth(Runtime.getRuntime()::totalMemory, System::gc);
        executor.scheduleWithFixedDelay(growth::look, PERIOD_S, PERIOD_S, TimeUnit.SECONDS);
    }

    void look() {
        if (committed.getAsLong() > base + Math.max(LEAST_BYTES, base / 4)) {
            collect.run();
            base = committed.getAsLong();
        }
    }
}
