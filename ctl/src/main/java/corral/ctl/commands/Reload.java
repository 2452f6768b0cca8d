package corral.ctl.commands;

import corral.ctl.output.ExitCode;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;

/** {@code reload}: stops everything, reads the configuration anew and starts again, in the same daemon process. */
final class Reload implements Command {

    @Override
    public String usage() {
        return "reload \t\tStop every process, read the configuration anew and start again";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!arguments.isEmpty()) {
            session.misuse(ExitCode.GENERIC, "Error: reload accepts no arguments", this);
        } else if (Confirmation.given("Really restart the remote supervisord process y/N? ", session)) {
            try {
                session.daemon().restart();
                session.out().line("Restarted supervisord");
            } catch (RpcFault fault) {
                if (!fault.is(Fault.SHUTDOWN_STATE)) {
                    throw fault;
                }
                session.fail(ExitCode.GENERIC, "ERROR: already shutting down");
            }
        }
        return true;
    }
}
