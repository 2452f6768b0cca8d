package corral.ctl.daemon;

import corral.daemon.rpc.TransportException;
import corral.daemon.rpc.TransportException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decoded answers to records; an answer of another shape is an exception that says so. */
final class Reply {

    private Reply() {}

    static List<ProcessInfo> processes(Object reply) throws TransportException {
        List<?> structs = list(reply);
        List<ProcessInfo> processes = new ArrayList<>(structs.size());
        for (Object struct : structs) {
            processes.add(process(struct));
        }
        return processes;
    }

    static ProcessInfo process(Object struct) throws TransportException {
        return new ProcessInfo(
                text(struct, "group"),
                text(struct, "name"),
                number(struct, "state"),
                text(struct, "statename"),
                text(struct, "description"),
                number(struct, "pid"));
    }

    static Daemon.Identity identity(Object struct) throws TransportException {
        return new Daemon.Identity(
                number(struct, "pid"), text(struct, "version"), text(struct, "since"), text(struct, "upgrade_failure"));
    }

    static List<ProcessDetails> details(Object reply) throws TransportException {
        List<?> structs = list(reply);
        List<ProcessDetails> details = new ArrayList<>(structs.size());
        for (Object struct : structs) {
            boolean runs = struct instanceof Map<?, ?> map && map.containsKey("cpu_seconds");
            details.add(new ProcessDetails(
                    text(struct, "group"),
                    text(struct, "name"),
                    number(struct, "restarts"),
                    runs ? Optional.of(usage(struct)) : Optional.empty()));
        }
        return details;
    }

    private static ProcessUsage usage(Object struct) throws TransportException {
        return new ProcessUsage(
                real(struct, "cpu_percent"),
                real(struct, "cpu_seconds"),
                real(struct, "memory"),
                number(struct, "descriptors"),
                number(struct, "threads"),
                text(struct, "cgroup"));
    }

    private static double real(Object struct, String key) throws TransportException {
        if (member(struct, key) instanceof Double number) {
            return number;
        }
        throw unexpected(member(struct, key));
    }

    static List<Outcome> outcomes(Object reply) throws TransportException {
        List<?> structs = list(reply);
        List<Outcome> outcomes = new ArrayList<>(structs.size());
        for (Object struct : structs) {
            outcomes.add(new Outcome(
                    text(struct, "group"),
                    text(struct, "name"),
                    number(struct, "status"),
                    text(struct, "description")));
        }
        return outcomes;
    }

    static List<ConfigInfo> configuration(Object reply) throws TransportException {
        List<?> structs = list(reply);
        List<ConfigInfo> configuration = new ArrayList<>(structs.size());
        for (Object struct : structs) {
            configuration.add(new ConfigInfo(
                    text(struct, "group"),
                    text(struct, "name"),
                    flag(struct, "inuse"),
                    flag(struct, "autostart"),
                    number(struct, "group_prio"),
                    number(struct, "process_prio")));
        }
        return configuration;
    }

    /** The three lists of reloadConfig, which come in one list more than needed. */
    static Changes changes(Object reply) throws TransportException {
        List<?> outer = list(reply);
        List<?> lists = outer.isEmpty() ? outer : list(outer.get(0));
        if (lists.size() != 3) {
            throw unexpected(reply);
        }
        return new Changes(names(lists.get(0)), names(lists.get(1)), names(lists.get(2)));
    }

    private static List<String> names(Object reply) throws TransportException {
        List<?> elements = list(reply);
        List<String> names = new ArrayList<>(elements.size());
        for (Object element : elements) {
            names.add(text(element));
        }
        return names;
    }

    static String text(Object reply) throws TransportException {
        if (reply instanceof String text) {
            return text;
        }
        throw unexpected(reply);
    }

    static int number(Object reply) throws TransportException {
        if (reply instanceof Integer number) {
            return number;
        }
        throw unexpected(reply);
    }

    private static List<?> list(Object reply) throws TransportException {
        if (reply instanceof List<?> list) {
            return list;
        }
        throw unexpected(reply);
    }

    private static String text(Object struct, String key) throws TransportException {
        return text(member(struct, key));
    }

    private static int number(Object struct, String key) throws TransportException {
        return number(member(struct, key));
    }

    private static boolean flag(Object struct, String key) throws TransportException {
        Object value = member(struct, key);
        // Some versions say 1 where others say true.
        return value instanceof Boolean flag ? flag : number(value) != 0;
    }

    private static Object member(Object struct, String key) throws TransportException {
        if (struct instanceof Map<?, ?> map && map.get(key) != null) {
            return map.get(key);
        }
        throw new TransportException(Kind.GARBLED, "answer without " + key);
    }

    private static TransportException unexpected(Object reply) {
        return new TransportException(Kind.GARBLED, "unexpected answer " + reply);
    }
}
