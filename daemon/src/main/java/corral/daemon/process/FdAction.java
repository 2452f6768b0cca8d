package corral.daemon.process;

/**
 * One descriptor of a child: {@code source} in the daemon becomes {@code target} in the child.
 *
 * @param source open descriptor of the daemon
 * @param target number in the child
 */
public record FdAction(int source, int target) {}
