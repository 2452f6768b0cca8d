package corral.ctl.commands;

import corral.ctl.daemon.Namespec;
import corral.ctl.daemon.Outcome;
import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;

/** {@code clear}: empties log files. */
final class Clear implements Command {

    @Override
    public String usage() {
        return """
                clear <name>\t\tEmpty the log files of one process
                clear <name> <name>\tEmpty the log files of several processes
                clear all\t\tEmpty the log files of every process""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!UpCheck.passes(session)) {
            return true;
        }
        List<String> names = PyText.words(arguments);
        if (names.isEmpty()) {
            session.misuse(ExitCode.GENERIC, "Error: clear requires a process name", this);
        } else if (names.contains("all")) {
            for (Outcome outcome : session.daemon().clearAllLogs()) {
                report(outcome.namespec(), outcome.status(), session);
            }
        } else {
            for (String name : names) {
                report(display(Namespec.parse(name)), clear(name, session), session);
            }
        }
        return true;
    }

    private static int clear(String name, Session session) throws IOException {
        try {
            session.daemon().clearLogs(name);
            return Fault.SUCCESS.code();
        } catch (RpcFault fault) {
            return fault.code();
        }
    }

    /** Groups are not supported here, and scripts know by which name they are refused. */
    private static String display(Namespec name) {
        return name.isGroup() ? Namespec.join(name.group(), "None") : name.display();
    }

    private static void report(String name, int code, Session session) {
        session.out().line(line(name, code));
        Outcomes.record(session, code, Fault.SUCCESS);
    }

    private static String line(String name, int code) {
        if (code == Fault.SUCCESS.code()) {
            return name + ": cleared";
        }
        if (code == Fault.BAD_NAME.code()) {
            return Outcomes.error(name, "no such process");
        }
        if (code == Fault.FAILED.code()) {
            return Outcomes.error(name, "failed");
        }
        throw Outcomes.unknown(code, name);
    }
}
