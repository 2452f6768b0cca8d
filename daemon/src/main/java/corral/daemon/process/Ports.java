package corral.daemon.process;

import corral.daemon.fault.FaultPoints;
import corral.daemon.loop.Loop;

/** The world as the state machine sees it. */
public record Ports(
        Loop loop,
        Spawner spawner,
        Signals signals,
        Outputs outputs,
        Senses senses,
        Records records,
        TransitionListener listener,
        FaultPoints faults) {

    /** A world that nobody looks at from outside. */
    public Ports(Loop loop, Spawner spawner, Signals signals, Outputs outputs, TransitionListener listener) {
        this(loop, spawner, signals, outputs, Senses.none(), Records.none(), listener, FaultPoints.NONE);
    }
}
