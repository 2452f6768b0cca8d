package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;

/** {@code upgrade}: a new front takes over the sockets of a server. */
final class Upgrade implements Command {

    @Override
    public String usage() {
        return """
                upgrade <gname> [...]\tReplace the front of a server: a new one takes over the sockets,
                \t\t\tthe old one finishes what it has""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        List<String> groups = PyText.words(arguments);
        if (groups.isEmpty()) {
            session.misuse(ExitCode.GENERIC, "Error: upgrade requires the name of a server", this);
        } else if (UpCheck.passes(session)) {
            new Rolling() {
                @Override
                void on(Daemon daemon, String group) throws RpcFault, IOException {
                    daemon.upgrade(group);
                }
            }.run(groups, "upgraded", session);
        }
        return true;
    }
}
