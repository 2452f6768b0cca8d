package corral.ctl.commands;

import corral.ctl.daemon.ProcessInfo;
import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;

/** {@code pid}: of the daemon, of processes, of all. */
final class Pid implements Command {

    @Override
    public String usage() {
        return """
                pid\t\t\tShow the process id of the daemon
                pid <name>\t\tShow the process id of one process, 0 when it is down
                pid all\t\t\tShow the process ids of all, one in a line""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!UpCheck.passes(session)) {
            return true;
        }
        List<String> names = PyText.words(arguments);
        if (names.isEmpty()) {
            session.out().line(Integer.toString(session.daemon().pid()));
        } else if (names.contains("all")) {
            for (ProcessInfo process : session.daemon().processes()) {
                session.out().line(Integer.toString(process.pid()));
            }
        } else {
            for (String name : names) {
                show(name, session);
            }
        }
        return true;
    }

    private static void show(String name, Session session) throws RpcFault, IOException {
        try {
            int pid = session.daemon().process(name).pid();
            session.out().line(Integer.toString(pid));
            if (pid == 0) {
                session.exitCode(ExitCode.NOT_RUNNING);
            }
        } catch (RpcFault fault) {
            if (!fault.is(Fault.BAD_NAME)) {
                throw fault;
            }
            session.fail(ExitCode.GENERIC, "No such process " + name);
        }
    }
}
