package corral.ctl.commands;

import corral.ctl.output.ExitCode;
import corral.daemon.rpc.Fault;

/** What results of commands have in common (spec/supervisor.md 5.2). */
final class Outcomes {

    private Outcomes() {}

    /** {@code name: ERROR (reason)}. */
    static String error(String name, String reason) {
        return name + ": ERROR (" + reason + ")";
    }

    /** The complaint about a fault that a command has no words for. */
    static IllegalArgumentException unknown(int code, String name) {
        return new IllegalArgumentException("Unknown result code " + code + " for " + name);
    }

    /** Remembers a fault in the exit code, except success and one that the command takes lightly. */
    static void record(Session session, int code, Fault ignored) {
        if (code == Fault.SUCCESS.code() || code == ignored.code()) {
            return;
        }
        boolean dead = code == Fault.SPAWN_ERROR.code()
                || code == Fault.ABNORMAL_TERMINATION.code()
                || code == Fault.NOT_RUNNING.code();
        session.exitCode(dead ? ExitCode.NOT_RUNNING : ExitCode.GENERIC);
    }
}
