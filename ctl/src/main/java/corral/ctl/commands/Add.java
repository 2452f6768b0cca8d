package corral.ctl.commands;

import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;

/** {@code add}: activates groups of the configuration. */
final class Add implements Command {

    @Override
    public String usage() {
        return "add <name> [...]\tActivate groups of the configuration as it was read last";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        for (String name : PyText.words(arguments)) {
            try {
                session.daemon().addGroup(name);
                session.out().line(name + ": added process group");
            } catch (RpcFault fault) {
                if (fault.is(Fault.SHUTDOWN_STATE)) {
                    session.fail(ExitCode.GENERIC, "ERROR: shutting down");
                } else if (fault.is(Fault.ALREADY_ADDED)) {
                    session.out().line("ERROR: process group already active");
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
