package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;

/** {@code upgrade}: the daemon becomes the installed version. With groups: a new front takes over the sockets of a server. */
final class Upgrade implements Command {

    @Override
    public String usage() {
        return """
                upgrade \t\tReplace corrald by the version that is installed now, in place: it reads its
                \t\t\tconfiguration anew, every process goes on; nothing happens if it would not start
                upgrade <gname> [...]\tReplace the front of a server: a new one takes over the sockets,
                \t\t\tthe old one finishes what it has""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        List<String> groups = PyText.words(arguments);
        if (!UpCheck.passes(session)) {
            return true;
        }
        if (groups.isEmpty()) {
            new DaemonUpgrade(session).run();
        } else {
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
