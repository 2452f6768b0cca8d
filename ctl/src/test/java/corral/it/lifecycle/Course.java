package corral.it.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What a scenario does to a server over its time, and what is noted of it. For one thread. */
public final class Course {
    private static final long STEP_NS = 20_000_000;
    /** Until a death is noticed on a busy machine. */
    private static final long NOTICE_NS = 1_000_000_000;

    private final Target target;
    private final long beganNs = System.nanoTime();
    private final double seconds;
    private final List<Kill> kills = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(7);
    private int done;
    private String note = "";

    /**
     * A process that ends by force.
     *
     * @param fromNs when that began
     * @param untilNs when all others could know it at the latest
     * @param front whether it had the connections, so that those end
     */
    public record Kill(long pid, long fromNs, long untilNs, boolean front) {}

    /** Something that is done several times. */
    interface Step {
        void run(int number) throws Exception;
    }

    Course(Target target, double seconds) {
        this.target = target;
        this.seconds = seconds;
    }

    Target target() {
        return target;
    }

    /** How often within the time: so many times a minute, at least twice. */
    int times(int perMinute) {
        return Math.max(2, (int) Math.round(perMinute * seconds / 60));
    }

    /** Does something so often, evenly over the time; a step that takes longer delays those after it. What fails is noted. */
    void evenly(int times, Step step) throws Exception {
        for (int i = 0; i < times; i++) {
            awaitTime(beganNs + (long) ((i + 0.3) * seconds * 1e9 / times));
            try {
                step.run(i);
                done++;
            } catch (IllegalStateException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        rest();
    }

    /** Nothing for the rest of the time. */
    void rest() {
        awaitTime(beganNs + (long) (seconds * 1e9));
    }

    boolean isOver() {
        return System.nanoTime() - beganNs > seconds * 1e9;
    }

    private static void awaitTime(long ns) {
        while (System.nanoTime() < ns) {
            LockSupport.parkNanos(Math.min(STEP_NS, ns - System.nanoTime()));
        }
    }

    /** Waits until something is so, at most 30 s; false if it never was. */
    boolean await(BooleanSupplier condition) {
        long limit = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                return false;
            }
            LockSupport.parkNanos(STEP_NS);
        }
        return true;
    }

    /** One of the workers that serve, 0 if none does. */
    long anyWorker() {
        List<Long> workers = target.workers();
        return workers.isEmpty() ? 0 : workers.get(random.nextInt(workers.size()));
    }

    /** Kills a process at once; `front` if it has the connections. */
    void kill(long pid, boolean front) {
        long fromNs = System.nanoTime();
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        kills.add(new Kill(pid, fromNs, System.nanoTime() + NOTICE_NS, front));
    }

    /** Notes a worker that was made to hang, and is gone by now. */
    void hung(long pid, long fromNs) {
        kills.add(new Kill(pid, fromNs, System.nanoTime() + NOTICE_NS, false));
    }

    void problem(String text) {
        problems.add(text);
    }

    void note(String text) {
        note = text;
    }

    void did() {
        done++;
    }

    int done() {
        return done;
    }

    List<Kill> kills() {
        return kills;
    }

    List<String> problems() {
        return problems;
    }

    String note() {
        return note;
    }
}
