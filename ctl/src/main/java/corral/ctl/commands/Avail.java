package corral.ctl.commands;

import corral.ctl.daemon.ConfigInfo;
import corral.ctl.output.ExitCode;
import corral.ctl.output.Padding;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;

/** {@code avail}: what the configuration holds, active or not. */
final class Avail implements Command {
    private static final int NAME_WIDTH = 32;
    private static final int FLAG_WIDTH = 9;

    @Override
    public String usage() {
        return "avail\t\t\tShow every process of the configuration as it was read last";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!arguments.isEmpty()) {
            session.misuse(ExitCode.GENERIC, "Error: avail accepts no arguments", this);
            return true;
        }
        try {
            session.out().text(table(session.daemon().configuration()));
        } catch (RpcFault fault) {
            if (!fault.is(Fault.SHUTDOWN_STATE)) {
                throw fault;
            }
            session.fail(ExitCode.GENERIC, "ERROR: supervisor shutting down");
        }
        return true;
    }

    private static String table(List<ConfigInfo> configuration) {
        StringBuilder table = new StringBuilder();
        for (ConfigInfo process : configuration) {
            Padding.left(table, process.namespec(), NAME_WIDTH);
            Padding.left(table.append(' '), process.inUse() ? "in use" : "avail", FLAG_WIDTH);
            Padding.left(table.append(' '), process.autostart() ? "auto" : "manual", FLAG_WIDTH);
            table.append(' ').append(process.groupPriority());
            table.append(':').append(process.processPriority()).append('\n');
        }
        return table.toString();
    }
}
