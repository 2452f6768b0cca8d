package corral.ctl.commands;

import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** {@code tail}: the end of a process's log, or all that comes. */
final class Tail implements Command {

    @Override
    public String usage() {
        return """
                tail [-f] <name> [stdout|stderr]
                tail -f <name>\t\tFollow the stdout log of a process until Ctrl-C
                tail -100 <name>\tShow the last 100 bytes of it, -0 all of it
                tail <name> stderr\tShow the last 1600 bytes of the stderr log""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!UpCheck.passes(session)) {
            return true;
        }
        List<String> words = PyText.words(arguments);
        if (words.isEmpty()) {
            session.misuse(ExitCode.GENERIC, "Error: too few arguments", this);
        } else if (words.size() > 3) {
            session.misuse(ExitCode.GENERIC, "Error: too many arguments", this);
        } else {
            boolean option = words.get(0).startsWith("-");
            List<String> operands = option ? words.subList(1, words.size()) : words;
            if (operands.isEmpty()) {
                session.fail(ExitCode.GENERIC, "Error: tail requires process name");
            } else {
                tail(option ? words.get(0) : "", operands, session);
            }
        }
        return true;
    }

    private static void tail(String option, List<String> operands, Session session) throws RpcFault, IOException {
        String name = operands.get(0);
        String channel = "stdout";
        if (operands.size() > 1) {
            channel = operands.get(operands.size() - 1).toLowerCase(Locale.ROOT);
        }
        if (!channel.equals("stdout") && !channel.equals("stderr")) {
            session.fail(ExitCode.GENERIC, "Error: bad channel " + PyText.repr(channel));
        } else if (option.equals("-f")) {
            Follow.until(session, "/logtail/" + name + "/" + channel);
        } else {
            long offset = -LogSize.DEFAULT;
            try {
                offset = option.isEmpty() ? offset : LogSize.offset(option);
            } catch (NumberFormatException e) {
                session.fail(ExitCode.GENERIC, "Error: bad argument " + option);
                return;
            }
            show(name, channel, offset, session);
        }
    }

    private static void show(String name, String channel, long offset, Session session) throws RpcFault, IOException {
        try {
            String text = channel.equals("stdout")
                    ? session.daemon().readStdout(name, offset)
                    : session.daemon().readStderr(name, offset);
            session.out().line(text);
        } catch (RpcFault fault) {
            if (fault.is(Fault.NO_FILE)) {
                session.fail(ExitCode.GENERIC, Outcomes.error(name, "no log file"));
            } else if (fault.is(Fault.FAILED)) {
                session.fail(ExitCode.GENERIC, Outcomes.error(name, "unknown error reading log"));
            } else if (fault.is(Fault.BAD_NAME)) {
                session.fail(ExitCode.GENERIC, Outcomes.error(name, "no such process name"));
            } else {
                throw fault;
            }
        }
    }
}
