package corral.ctl.commands;

import corral.ctl.daemon.Changes;
import corral.ctl.daemon.Daemon;
import corral.ctl.daemon.Outcome;
import corral.ctl.daemon.ProcessInfo;
import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** {@code update}: rereads, then removes, replaces and adds what differs, or only the named groups of it. */
final class Update implements Command {

    @Override
    public String usage() {
        return """
                update\t\t\tRead the configuration anew and apply it; what it changes is
                \t\t\treplaced without a gap where that is possible, else restarted
                update all\t\tThe same
                update <gname> [...]\tApply it to these groups only""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        Changes changes;
        try {
            changes = session.daemon().reread();
        } catch (RpcFault fault) {
            if (!fault.is(Fault.SHUTDOWN_STATE)) {
                throw fault;
            }
            session.fail(ExitCode.GENERIC, "ERROR: already shutting down");
            return true;
        }
        Set<String> only = new LinkedHashSet<>(PyText.words(arguments));
        if (only.contains("all")) {
            only.clear();
        }
        reportUnknown(only, changes, session);
        apply(changes, only, session);
        return true;
    }

    private static void reportUnknown(Set<String> only, Changes changes, Session session) throws RpcFault, IOException {
        if (only.isEmpty()) {
            return;
        }
        Set<String> known = new HashSet<>(changes.added());
        for (ProcessInfo process : session.daemon().processes()) {
            known.add(process.group());
        }
        for (String group : only) {
            if (!known.contains(group)) {
                session.fail(ExitCode.GENERIC, "ERROR: no such group: " + group);
            }
        }
    }

    /** Without a gap where that is possible, else as Supervisor does: stopped and started anew. */
    private static void replace(String group, Session session) throws RpcFault, IOException {
        Daemon daemon = session.daemon();
        try {
            if (!daemon.update(group)) {
                daemon.stopGroup(group);
                session.out().line(group + ": stopped");
                daemon.removeGroup(group);
                daemon.addGroup(group);
            }
        } catch (RpcFault fault) {
            if (!fault.is(Fault.FAILED)) {
                throw fault;
            }
            Rolling.report(group, fault, session);
            return;
        }
        session.out().line(group + ": updated process group");
    }

    private static void apply(Changes changes, Set<String> only, Session session) throws RpcFault, IOException {
        Daemon daemon = session.daemon();
        for (String group : changes.removed()) {
            if (only.isEmpty() || only.contains(group)) {
                remove(group, session);
            }
        }
        for (String group : changes.changed()) {
            if (only.isEmpty() || only.contains(group)) {
                replace(group, session);
            }
        }
        for (String group : changes.added()) {
            if (only.isEmpty() || only.contains(group)) {
                daemon.addGroup(group);
                session.out().line(group + ": added process group");
            }
        }
    }

    private static void remove(String group, Session session) throws RpcFault, IOException {
        boolean failed = false;
        for (Outcome outcome : session.daemon().stopGroup(group)) {
            failed |= outcome.status() == Fault.FAILED.code();
        }
        session.out().line(group + ": stopped");
        if (failed) {
            session.fail(ExitCode.GENERIC, group + ": has problems; not removing");
            return;
        }
        session.daemon().removeGroup(group);
        session.out().line(group + ": removed process group");
    }
}
