package corral.ctl.commands;

import corral.ctl.daemon.Changes;
import corral.ctl.output.ExitCode;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code reread}: says what the configuration would change, and changes nothing. */
final class Reread implements Command {

    @Override
    public String usage() {
        return "reread \t\t\tRead the configuration anew and show which groups differ; nothing is started or stopped";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!arguments.isEmpty()) {
            session.misuse(ExitCode.GENERIC, "Error: reread accepts no arguments", this);
            return true;
        }
        try {
            show(session.daemon().reread(), session);
        } catch (RpcFault fault) {
            if (fault.is(Fault.SHUTDOWN_STATE)) {
                session.fail(ExitCode.GENERIC, "ERROR: supervisor shutting down");
            } else if (fault.is(Fault.CANT_REREAD)) {
                session.fail(ExitCode.GENERIC, "ERROR: " + fault.faultString());
            } else {
                throw fault;
            }
        }
        return true;
    }

    private static void show(Changes changes, Session session) {
        Map<String, String> words = new TreeMap<>();
        put(words, changes.added(), "available");
        put(words, changes.changed(), "changed");
        put(words, changes.removed(), "disappeared");
        if (words.isEmpty()) {
            session.out().line("No config updates to processes");
        }
        for (Map.Entry<String, String> entry : words.entrySet()) {
            session.out().line(entry.getKey() + ": " + entry.getValue());
        }
    }

    private static void put(Map<String, String> words, List<String> groups, String word) {
        for (String group : groups) {
            words.put(group, word);
        }
    }
}
