package corral.ctl.commands;

import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;

/** {@code remove}: drops stopped groups. */
final class Remove implements Command {

    @Override
    public String usage() {
        return "remove <name> [...]\tDrop stopped groups from what is active";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        for (String name : PyText.words(arguments)) {
            try {
                session.daemon().removeGroup(name);
                session.out().line(name + ": removed process group");
            } catch (RpcFault fault) {
                if (fault.is(Fault.STILL_RUNNING)) {
                    session.fail(ExitCode.GENERIC, "ERROR: process/group still running: " + name);
                } else if (fault.is(Fault.BAD_NAME)) {
                    session.fail(ExitCode.GENERIC, "ERROR: no such process/group: " + name);
                } else {
                    throw fault;
                }
            }
        }
        return true;
    }
}
