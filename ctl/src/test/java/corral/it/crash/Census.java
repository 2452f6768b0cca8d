package corral.it.crash;

import corral.it.ProcFs;
import corral.it.RunningDaemon;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who is there at one moment: what the daemon says, and what the kernel says.
 *
 * @param told by name
 * @param leaders pids by name of all process groups whose environment says that name, whoever started them
 * @param streams pids of the same by what their standard output is, if that has a path
 * @param strangers command lines of processes that the daemon does not account for
 */
record Census(
        Map<String, Sighting> told,
        Map<String, List<Long>> leaders,
        Map<String, List<Long>> streams,
        List<String> strangers) {

    /**
     * A process as the daemon tells of it.
     *
     * @param start when it was started, Unix time
     */
    record Sighting(String state, long pid, int start, String description) {}

    static Census take(RunningDaemon daemon) {
        Map<String, Sighting> told = told(daemon);
        Set<Long> known = new HashSet<>();
        told.values().forEach(sighting -> known.add(sighting.pid()));
        Map<String, List<Long>> leaders = new TreeMap<>();
        Map<String, List<Long>> streams = new TreeMap<>();
        List<String> strangers = new ArrayList<>();
        for (long pid : daemon.processes()) {
            Map<String, String> environment = ProcFs.environment(pid);
            String process = environment.get("SUPERVISOR_PROCESS_NAME");
            ProcFs.Stat stat = ProcFs.stat(pid);
            if (process == null || !ProcFs.alive(pid)) {
                continue;
            }
            if (stat.group() == pid) {
                String name = name(environment.get("SUPERVISOR_GROUP_NAME"), process);
                leaders.computeIfAbsent(name, key -> new ArrayList<>()).add(pid);
                String stdout = ProcFs.descriptors(pid).getOrDefault(1, "");
                if (stdout.startsWith("/") && !stdout.equals("/dev/null")) {
                    streams.computeIfAbsent(stdout, key -> new ArrayList<>()).add(pid);
                }
            }
            if (!known.contains(pid) && !known.contains(stat.group())) {
                strangers.add(pid + " " + ProcFs.commandLine(pid));
            }
        }
        return new Census(told, leaders, streams, strangers);
    }

    private static Map<String, Sighting> told(RunningDaemon daemon) {
        Map<String, Sighting> told = new LinkedHashMap<>();
        for (Object entry : (List<?>) daemon.rpc("supervisor.getAllProcessInfo")) {
            Map<?, ?> info = (Map<?, ?>) entry;
            told.put(
                    name(info.get("group").toString(), info.get("name").toString()),
                    new Sighting(
                            info.get("statename").toString(),
                            (Integer) info.get("pid"),
                            (Integer) info.get("start"),
                            info.get("description").toString()));
        }
        return told;
    }

    private static String name(String group, String process) {
        return group.equals(process) ? process : group + ":" + process;
    }

    /** What is wrong now if it was so before. */
    Findings since(Census before) {
        Findings findings = new Findings();
        before.told().forEach((name, was) -> {
            Sighting is = told.get(name);
            if (is == null) {
                findings.add(Findings.What.LOST, name + " is not known any more");
            } else {
                compare(name, was, is, findings);
            }
        });
        leaders.forEach((name, pids) -> doubled(name, pids, findings));
        streams.forEach((path, pids) -> doubled(path, pids, findings));
        strangers.forEach(text -> findings.add(Findings.What.UNKNOWN, text));
        return findings;
    }

    private static void doubled(String name, List<Long> pids, Findings findings) {
        for (int i = 1; i < pids.size(); i++) {
            findings.add(Findings.What.DOUBLED, name + " " + pids);
        }
    }

    private static void compare(String name, Sighting was, Sighting is, Findings findings) {
        Fleet.Role role = Fleet.role(name);
        if (!states(role).contains(is.state())) {
            findings.add(Findings.What.STATE, name + " is " + is.state() + " (" + is.description() + ")");
        }
        if (role == Fleet.Role.STOPPED && is.pid() != 0) {
            findings.add(Findings.What.STATE, name + " has pid " + is.pid());
        }
        if (role != Fleet.Role.STEADY && role != Fleet.Role.TELLING) {
            return;
        }
        if (is.pid() != was.pid() || !ProcFs.alive(is.pid())) {
            findings.add(Findings.What.LOST, name + " has pid " + is.pid() + ", not " + was.pid());
        } else if (is.start() != was.start()) {
            findings.add(Findings.What.UPTIME, name + " began at " + is.start() + ", not " + was.start());
        }
    }

    /** Those that say something all the time, and have said nothing since. */
    Findings unheardSince(Census before) {
        Findings findings = new Findings();
        told.forEach((name, is) -> {
            Sighting was = before.told().get(name);
            if (Fleet.role(name) == Fleet.Role.TELLING
                    && was != null
                    && is.description().equals(was.description())) {
                findings.add(Findings.What.STATE, name + " is not heard: " + is.description());
            }
        });
        return findings;
    }

    private static List<String> states(Fleet.Role role) {
        return switch (role) {
            case STEADY, TELLING, RESTARTING -> List.of("RUNNING");
            case FAILING -> List.of("STARTING", "BACKOFF");
            case STOPPED -> List.of("STOPPED");
        };
    }
}
