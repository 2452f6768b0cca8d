package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;

/**
 * {@code reload}: stops everything, reads the configuration anew and starts again, in the same daemon process. With groups:
 * replaces their processes while the others go on; nothing is lost, so nobody is asked.
 */
final class Reload implements Command {

    @Override
    public String usage() {
        return """
                reload \t\tStop every process, read the configuration anew and start again
                reload <gname> [...]\tReplace the processes of these groups one after another, each when its
                \t\t\tsuccessor is ready: servers, and programs with rolling=true""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        List<String> groups = PyText.words(arguments);
        if (groups.isEmpty()) {
            restart(session);
        } else if (UpCheck.passes(session)) {
            new Rolling() {
                @Override
                void on(Daemon daemon, String group) throws RpcFault, IOException {
                    daemon.reload(group);
                }
            }.run(groups, "reloaded", session);
        }
        return true;
    }

    private static void restart(Session session) throws RpcFault, IOException {
        if (Confirmation.given("Really restart the remote supervisord process y/N? ", session)) {
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
    }
}
