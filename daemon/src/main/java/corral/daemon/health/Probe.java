package corral.daemon.health;

import java.nio.channels.SelectionKey;
import java.util.Optional;
import java.util.function.Consumer;

/** One look at one process. Prober thread only; answers once and closes what it holds. */
abstract class Probe {
    private long deadlineNs;
    private final String late;
    private Consumer<Optional<String>> answer;
    private boolean over;

    /**
     * A probe that has not begun.
     *
     * @param deadlineNs when its time is over, monotonic
     * @param late why it has failed then
     */
    Probe(long deadlineNs, String late, Consumer<Optional<String>> answer) {
        this.deadlineNs = deadlineNs;
        this.late = late;
        this.answer = answer;
    }

    /** Starts to look. */
    abstract void begin();

    /** Its channel can go on. */
    void onReady(SelectionKey key) {}

    /** Called often while there is one that {@link #wantsTicks}. */
    void tick() {}

    /** Whether {@link #tick} has something to do. */
    boolean wantsTicks() {
        return false;
    }

    /** Closes everything. */
    abstract void close();

    /** Nothing more will come. */
    final boolean isOver() {
        return over;
    }

    final long deadlineNs() {
        return deadlineNs;
    }

    /** Nobody has looked for so long: its time is that much longer. */
    final void extend(long ns) {
        deadlineNs += ns;
    }

    /** Its time is over. */
    final void expire() {
        fail(late);
    }

    final boolean isAnswered() {
        return answer == null;
    }

    /** The process does its work; the probe may go on to part politely. */
    final void succeed() {
        answer(Optional.empty());
    }

    /** It does not. */
    final void fail(String reason) {
        answer(Optional.of(reason));
        end();
    }

    final void end() {
        if (!over) {
            over = true;
            close();
        }
    }

    private void answer(Optional<String> result) {
        if (answer != null) {
            Consumer<Optional<String>> hears = answer;
            answer = null;
            hears.accept(result);
        }
    }
}
