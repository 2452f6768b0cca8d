package corral.daemon.process;

import java.util.Optional;

/**
 * What a process says of itself in one message (sd_notify(3)).
 *
 * @param ready READY=1: it does its work from now on
 * @param alive WATCHDOG=1: it has not got stuck
 * @param stopping STOPPING=1: it is about to end
 * @param status STATUS=: what it does, one line
 */
public record Notification(boolean ready, boolean alive, boolean stopping, Optional<String> status) {}
