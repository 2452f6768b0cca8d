package corral.daemon.process;

import corral.daemon.loop.Loop;

/** The world as the state machine sees it. */
public record Ports(Loop loop, Spawner spawner, Signals signals, Outputs outputs, TransitionListener listener) {}
