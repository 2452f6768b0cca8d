package corral.ctl.commands;

import corral.ctl.output.ExitCode;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;

/** {@code restart}: stops the whole list before it starts any of it. */
final class Restart implements Command {

    @Override
    public String usage() {
        return """
                restart <name>\t\tStop one process and start it again
                restart <gname>:*\tRestart the processes of a group
                restart <name> <name>\tRestart several processes or groups
                restart all\t\tRestart every process
                The configuration stays as it was read last: see reread and update.""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!UpCheck.passes(session)) {
            return true;
        }
        if (arguments.isEmpty()) {
            session.misuse(ExitCode.GENERIC, "Error: restart requires a process name", this);
            return true;
        }
        new Stop().run(arguments, session);
        new Start().run(arguments, session);
        return true;
    }
}
