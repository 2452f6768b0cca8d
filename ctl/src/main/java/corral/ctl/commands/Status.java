package corral.ctl.commands;

import corral.ctl.daemon.Namespec;
import corral.ctl.daemon.ProcessDetails;
import corral.ctl.daemon.ProcessInfo;
import corral.ctl.output.ExitCode;
import corral.ctl.output.StatusTable;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code status}: exit code 3 when anything shown is down for good, 4 for an unknown name. */
final class Status implements Command {
    private static final String VERBOSE = "-v";

    @Override
    public String usage() {
        return """
                status <name>\t\tShow one process
                status <gname>:*\tShow the processes of a group
                status <name> <name>\tShow several processes or groups
                status\t\t\tShow every process
                status -v [<name>...]\tShow CPU time, memory, descriptors and restarts, too""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!UpCheck.passes(session)) {
            session.exitCode(ExitCode.STATUS_UNKNOWN);
            return true;
        }
        List<ProcessInfo> all = session.daemon().processes();
        List<String> names = new ArrayList<>(PyText.words(arguments));
        boolean verbose = names.remove(VERBOSE);
        List<ProcessInfo> shown = names.isEmpty() || names.contains("all") ? all : select(all, names, session);
        if (verbose) {
            verbose(shown, session);
        } else if (!shown.isEmpty()) {
            session.out().text(StatusTable.of(shown, session.out().isColoured()));
        }
        for (ProcessInfo process : shown) {
            if (process.isStopped()) {
                session.exitCode(ExitCode.STATUS_NOT_RUNNING);
            }
        }
        return true;
    }

    private static void verbose(List<ProcessInfo> shown, Session session) throws RpcFault, IOException {
        Optional<List<ProcessDetails>> details = session.daemon().details();
        String table = StatusTable.of(shown, session.out().isColoured());
        List<String> lines = table.lines().toList();
        for (int i = 0; i < shown.size(); i++) {
            ProcessInfo process = shown.get(i);
            session.out().text(lines.get(i) + "\n");
            details.stream()
                    .flatMap(List::stream)
                    .filter(detail -> detail.isOf(process))
                    .forEach(detail -> session.out().text(StatusTable.details(detail)));
        }
        if (details.isEmpty()) {
            session.out().line("error: this daemon does not tell what processes use");
        }
    }

    private static List<ProcessInfo> select(List<ProcessInfo> all, List<String> names, Session session) {
        List<ProcessInfo> selected = new ArrayList<>();
        for (String name : names) {
            Namespec namespec = Namespec.parse(name);
            int before = selected.size();
            for (ProcessInfo process : all) {
                boolean matches = process.group().equals(namespec.group())
                        && (namespec.isGroup() || process.name().equals(namespec.process()));
                if (matches) {
                    selected.add(process);
                }
            }
            if (selected.size() == before) {
                String error = namespec.isGroup()
                        ? Outcomes.error(namespec.group(), "no such group")
                        : Outcomes.error(name, "no such process");
                session.fail(ExitCode.STATUS_UNKNOWN, error);
            }
        }
        return selected;
    }
}
