package corral.daemon.process;

/** Why a command was refused or did not reach its end; the control API maps each to a fault (spec/supervisor.md 4.2). */
public enum Refusal {
    SHUTDOWN_STATE,
    BAD_NAME,
    BAD_SIGNAL,
    NO_FILE,
    NOT_EXECUTABLE,
    FAILED,
    ABNORMAL_TERMINATION,
    SPAWN_ERROR,
    ALREADY_STARTED,
    NOT_RUNNING,
    ALREADY_ADDED,
    STILL_RUNNING,
    CANT_REREAD
}
