package corral.ctl.commands;

import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;

/** {@code maintail}: the end of the daemon's own log, or all that comes. */
final class Maintail implements Command {
    private static final String NAME = "supervisord";

    @Override
    public String usage() {
        return """
                maintail -f \tFollow the log of the daemon until Ctrl-C
                maintail -100\tShow the last 100 bytes of it, -0 all of it
                maintail\tShow the last 1600 bytes of it
                """;
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!UpCheck.passes(session)) {
            return true;
        }
        List<String> words = PyText.words(arguments);
        if (words.size() > 1) {
            session.misuse(ExitCode.GENERIC, "Error: too many arguments", this);
        } else if (words.isEmpty()) {
            show(-LogSize.DEFAULT, session);
        } else if (words.get(0).equals("-f")) {
            Follow.until(session, "/mainlogtail");
        } else {
            long offset;
            try {
                offset = offset(words.get(0));
            } catch (NumberFormatException e) {
                session.fail(ExitCode.GENERIC, "Error: bad argument " + words.get(0));
                return true;
            }
            show(offset, session);
        }
        return true;
    }

    private static long offset(String option) {
        if (!option.startsWith("-")) {
            throw new NumberFormatException(option);
        }
        return LogSize.offset(option);
    }

    private static void show(long offset, Session session) throws RpcFault, IOException {
        try {
            session.out().line(session.daemon().readMainLog(offset));
        } catch (RpcFault fault) {
            if (fault.is(Fault.NO_FILE)) {
                session.fail(ExitCode.GENERIC, Outcomes.error(NAME, "no log file"));
            } else if (fault.is(Fault.FAILED)) {
                session.fail(ExitCode.GENERIC, Outcomes.error(NAME, "unknown error reading log"));
            } else {
                throw fault;
            }
        }
    }
}
