package corral.daemon.process;

import java.util.Optional;

/**
 * What a command did to one process of several (spec/supervisor.md 4.3, status struct).
 *
 * @param group group name
 * @param name process name
 * @param refused why it failed; empty for success
 */
public record Outcome(String group, String name, Optional<RefusedException> refused) {}
