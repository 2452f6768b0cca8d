package corral.daemon.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Those who wait for a start or stop of one process to end. Loop thread. */
final class Waiters {

    /** What somebody waits for. */
    enum Awaited {
        /** The launch has been tried. */
        LAUNCHED,
        /** RUNNING, or failed. */
        RUNNING,
        /** It does its work, or failed. */
        READY,
        STOPPED
    }

    private record Waiter(Awaited awaited, CompletableFuture<Void> future) {}

    /**
     * What decides their questions.
     *
     * @param ready whether it does its work
     * @param spawning whether the launch is still under way
     * @param failed whether there is a reason why it could not be launched
     */
    record Standing(State state, boolean ready, boolean spawning, boolean failed, String namespec) {}

    private final List<Waiter> waiters = new ArrayList<>();

    /** One more; completes at a {@link #settle}. */
    CompletableFuture<Void> add(Awaited awaited) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        waiters.add(new Waiter(awaited, future));
        return future;
    }

    /** Answers everyone whose question the present state decides. */
    void settle(Standing now) {
        for (Waiter waiter : List.copyOf(waiters)) {
            if (isDecided(waiter.awaited(), now) && waiters.remove(waiter)) {
                answer(waiter, now);
            }
        }
    }

    private static boolean isDecided(Awaited awaited, Standing now) {
        return switch (awaited) {
            case STOPPED -> now.state().isStopped();
            case LAUNCHED -> now.state() != State.STARTING || !now.spawning();
            case RUNNING -> now.state() != State.STARTING;
            case READY -> now.ready() || (now.state() != State.STARTING && now.state() != State.RUNNING);
        };
    }

    private static void answer(Waiter waiter, Standing now) {
        boolean reached = switch (waiter.awaited()) {
            case STOPPED -> true;
            case LAUNCHED -> now.state() == State.STARTING || now.state() == State.RUNNING;
            case RUNNING -> now.state() == State.RUNNING;
            case READY -> now.ready();
        };
        if (reached) {
            waiter.future().complete(null);
        } else {
            Refusal refusal = now.failed() ? Refusal.SPAWN_ERROR : Refusal.ABNORMAL_TERMINATION;
            waiter.future().completeExceptionally(new RefusedException(refusal, now.namespec()));
        }
    }
}
