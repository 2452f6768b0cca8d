package corral.daemon.process;

import java.util.Optional;

/**
 * What a process says of itself in one message (sd_notify(3)).
 *
 * @param ready READY=1: it does its work from now on
 * @param alive WATCHDOG=1: it has not got stuck
 * @param stopping STOPPING=1: it is about to end
 * @param status STATUS=: what it does, one line
 * @param replace X_CORRAL_REPLACE=: why it asks for a successor; it goes on until it is stopped
 * @param load X_CORRAL_LOAD=: how busy the workers of a front are
 */
public record Notification(
        boolean ready,
        boolean alive,
        boolean stopping,
        Optional<String> status,
        Optional<String> replace,
        Optional<String> load) {

    /** Nothing said. */
    public static final Notification NOTHING =
            new Notification(false, false, false, Optional.empty(), Optional.empty(), Optional.empty());

    /** READY=1 alone. */
    public static final Notification READY =
            new Notification(true, false, false, Optional.empty(), Optional.empty(), Optional.empty());

    /** WATCHDOG=1 alone. */
    public static final Notification ALIVE =
            new Notification(false, true, false, Optional.empty(), Optional.empty(), Optional.empty());

    /** STATUS alone. */
    public static Notification status(String text) {
        return new Notification(false, false, false, Optional.of(text), Optional.empty(), Optional.empty());
    }

    /** Both together; of what both say the later stands. */
    public Notification and(Notification then) {
        return new Notification(
                ready || then.ready,
                alive || then.alive,
                stopping || then.stopping,
                then.status.or(() -> status),
                then.replace.or(() -> replace),
                then.load.or(() -> load));
    }
}
