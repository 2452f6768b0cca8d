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

/** {@code start}: waits for each name until it runs. */
final class Start implements Command {

    @Override
    public String usage() {
        return """
                start <name>\t\tStart one process and wait until it runs
                start <gname>:*\t\tStart the processes of a group
                start <name> <name>\tStart several processes at once, or groups
                start all\t\tStart every process""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (UpCheck.passes(session)) {
            List<String> names = PyText.words(arguments);
            if (names.isEmpty()) {
                session.misuse(ExitCode.USAGE, "Error: start requires a process name", this);
            } else {
                new Starting().run(names, session);
            }
        }
        return true;
    }

    private static final class Starting extends ProcessAction {
        Starting() {
            super(Fault.ALREADY_STARTED, ExitCode.USAGE);
        }

        @Override
        void one(Daemon daemon, String name) throws RpcFault, IOException {
            daemon.start(name);
        }

        @Override
        Optional<List<Outcome>> several(Daemon daemon, List<String> names) throws RpcFault, IOException {
            return daemon.startTogether(names);
        }

        @Override
        List<Outcome> group(Daemon daemon, String group) throws RpcFault, IOException {
            return daemon.startGroup(group);
        }

        @Override
        List<Outcome> all(Daemon daemon) throws RpcFault, IOException {
            return daemon.startAll();
        }

        @Override
        String line(String name, int code, String faultString) {
            if (code == Fault.SUCCESS.code()) {
                return name + ": started";
            }
            return Outcomes.error(name, reason(name, code));
        }

        private static String reason(String name, int code) {
            if (code == Fault.BAD_NAME.code()) {
                return "no such process";
            }
            if (code == Fault.NO_FILE.code()) {
                return "no such file";
            }
            if (code == Fault.NOT_EXECUTABLE.code()) {
                return "file is not executable";
            }
            if (code == Fault.ALREADY_STARTED.code()) {
                return "already started";
            }
            if (code == Fault.SPAWN_ERROR.code()) {
                return "spawn error";
            }
            if (code == Fault.ABNORMAL_TERMINATION.code()) {
                return "abnormal termination";
            }
            throw Outcomes.unknown(code, name);
        }
    }
}
