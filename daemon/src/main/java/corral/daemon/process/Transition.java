package corral.daemon.process;

/**
 * One change of state, as the event types of spec/supervisor.md 7.2 need it.
 *
 * @param tries retry counter after the change
 * @param expected whether an exit was expected; true for all other changes
 * @param pid 0 when there is none
 */
public record Transition(String group, String name, State from, State to, int tries, boolean expected, int pid) {}
