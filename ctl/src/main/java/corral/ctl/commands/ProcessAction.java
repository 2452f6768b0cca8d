package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.daemon.Namespec;
import corral.ctl.daemon.Outcome;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Something done to named processes, to groups or to all, with a line for each result. */
abstract class ProcessAction {
    /** Fault that does not count as a failure; SUCCESS for none. */
    private final Fault ignored;
    /** Exit code for a group that does not exist. */
    private final int noSuchGroupCode;

    ProcessAction(Fault ignored, int noSuchGroupCode) {
        this.ignored = ignored;
        this.noSuchGroupCode = noSuchGroupCode;
    }

    abstract void one(Daemon daemon, String name) throws RpcFault, IOException;

    /** All at once, outcomes in the order of the names; empty when the daemon cannot do that. */
    Optional<List<Outcome>> several(Daemon daemon, List<String> names) throws RpcFault, IOException {
        return Optional.empty();
    }

    abstract List<Outcome> group(Daemon daemon, String group) throws RpcFault, IOException;

    abstract List<Outcome> all(Daemon daemon) throws RpcFault, IOException;

    /** The result line for a fault, or for {@link Fault#SUCCESS}. */
    abstract String line(String name, int code, String faultString);

    final void run(List<String> names, Session session) throws RpcFault, IOException {
        if (names.contains("all")) {
            report(all(session.daemon()), session);
            return;
        }
        List<Namespec> together = new ArrayList<>();
        for (String name : names) {
            Namespec namespec = Namespec.parse(name);
            if (namespec.isGroup()) {
                runSeveral(together, session);
                runGroup(namespec.group(), session);
            } else {
                together.add(namespec);
            }
        }
        runSeveral(together, session);
    }

    /** Neighbouring names at once if the daemon can do that, else one after the other; the list is empty afterwards. */
    private void runSeveral(List<Namespec> names, Session session) throws RpcFault, IOException {
        List<Namespec> taken = List.copyOf(names);
        names.clear();
        Optional<List<Outcome>> outcomes =
                taken.size() < 2 ? Optional.empty() : several(session.daemon(), texts(taken));
        if (outcomes.isEmpty()) {
            for (Namespec name : taken) {
                runOne(name, session);
            }
            return;
        }
        for (int i = 0; i < taken.size(); i++) {
            Outcome outcome = outcomes.get().get(i);
            report(taken.get(i).display(), outcome.status(), outcome.description(), session);
        }
    }

    private static List<String> texts(List<Namespec> names) {
        List<String> texts = new ArrayList<>(names.size());
        for (Namespec name : names) {
            texts.add(name.text());
        }
        return texts;
    }

    private void runOne(Namespec name, Session session) throws IOException {
        try {
            one(session.daemon(), name.text());
            session.out().line(line(name.display(), Fault.SUCCESS.code(), ""));
        } catch (RpcFault fault) {
            report(name.display(), fault.code(), fault.faultString(), session);
        }
    }

    private void runGroup(String group, Session session) throws RpcFault, IOException {
        try {
            report(group(session.daemon(), group), session);
        } catch (RpcFault fault) {
            if (!fault.is(Fault.BAD_NAME)) {
                throw fault;
            }
            session.fail(noSuchGroupCode, Outcomes.error(group, "no such group"));
        }
    }

    private void report(List<Outcome> outcomes, Session session) {
        for (Outcome outcome : outcomes) {
            report(outcome.namespec(), outcome.status(), outcome.description(), session);
        }
    }

    private void report(String name, int code, String faultString, Session session) {
        session.out().line(line(name, code, faultString));
        Outcomes.record(session, code, ignored);
    }
}
