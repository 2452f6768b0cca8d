package corral.ctl.commands;

import corral.ctl.output.ExitCode;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;

/** {@code version}: of the daemon. */
final class Version implements Command {

    @Override
    public String usage() {
        return "version\t\t\tShow the version of the daemon";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!arguments.isEmpty()) {
            session.misuse(ExitCode.GENERIC, "Error: version accepts no arguments", this);
        } else if (UpCheck.passes(session)) {
            session.out().line(session.daemon().version());
        }
        return true;
    }
}
