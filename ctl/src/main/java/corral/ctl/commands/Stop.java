package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.daemon.Outcome;
import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code stop}: waits for each name until it is gone. */
final class Stop implements Command {

    @Override
    public String usage() {
        return """
                stop <name>\t\tStop one process and wait until it is gone
                stop <gname>:*\t\tStop the processes of a group
                stop <name> <name>\tStop several processes at once, or groups
                stop all\t\tStop every process""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (UpCheck.passes(session)) {
            List<String> names = PyText.words(arguments);
            if (names.isEmpty()) {
                session.misuse(ExitCode.GENERIC, "Error: stop requires a process name", this);
            } else {
                new Stopping().run(names, session);
            }
        }
        return true;
    }

    private static final class Stopping extends ProcessAction {
        Stopping() {
            super(Fault.NOT_RUNNING, ExitCode.GENERIC);
        }

        @Override
        void one(Daemon daemon, String name) throws RpcFault, IOException {
            daemon.stop(name);
        }

        @Override
        Optional<List<Outcome>> several(Daemon daemon, List<String> names) throws RpcFault, IOException {
            return daemon.stopTogether(names);
        }

        @Override
        List<Outcome> group(Daemon daemon, String group) throws RpcFault, IOException {
            return daemon.stopGroup(group);
        }

        @Override
        List<Outcome> all(Daemon daemon) throws RpcFault, IOException {
            return daemon.stopAll();
        }

        @Override
        String line(String name, int code, String faultString) {
            return SignalResult.line(name, code, faultString, "stopped");
        }
    }
}
