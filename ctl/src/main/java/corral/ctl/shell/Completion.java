package corral.ctl.shell;

import corral.ctl.commands.CommandTable;
import corral.ctl.daemon.Namespec;
import corral.ctl.daemon.ProcessInfo;
import corral.daemon.ini.PyText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What can follow on a line of the shell (spec/supervisor.md 5.4). One thread. */
public final class Completion {
    /** Characters that end a word: not {@code :}, {@code *} and {@code -}, which names may hold. */
    private static final String DELIMITERS = " \t\n`~!@#$%^&()=+[{]}\\|;'\",<>/?";

    private static final Set<String> WITH_GROUPS = Set.of("add", "reload", "remove", "scale", "update", "upgrade");
    private static final Set<String> WITH_PROCESSES =
            Set.of("clear", "fg", "pid", "restart", "signal", "start", "status", "stop", "tail");

    private final Supplier<List<ProcessInfo>> processes;

    /** A completion; the processes are asked for when a name is to be completed. */
    public Completion(Supplier<List<ProcessInfo>> processes) {
        this.processes = processes;
    }

    /** Where the word begins that ends at a position. */
    public static int wordStart(String line, int end) {
        int start = end;
        while (start > 0 && DELIMITERS.indexOf(line.charAt(start - 1)) < 0) {
            start--;
        }
        return start;
    }

    /** What the word being typed may become, without the blank behind it. */
    public List<String> candidates(String line, String word) {
        List<String> words = PyText.words(line);
        if (words.isEmpty() || (words.size() == 1 && !line.endsWith(" "))) {
            return matching(commands(), word);
        }
        String command = words.get(0);
        if (command.equals("help")) {
            return matching(commands(), word);
        }
        if (WITH_GROUPS.contains(command)) {
            return matching(groups(), word);
        }
        if (WITH_PROCESSES.contains(command)) {
            return matching(names(word.indexOf(':') >= 0), word);
        }
        return List.of();
    }

    private static List<String> commands() {
        List<String> commands = new ArrayList<>();
        commands.add("help");
        commands.addAll(CommandTable.names());
        return commands;
    }

    private Set<String> groups() {
        Set<String> groups = new LinkedHashSet<>();
        for (ProcessInfo process : processes.get()) {
            groups.add(process.group());
        }
        return groups;
    }

    private Set<String> names(boolean qualified) {
        Set<String> names = new LinkedHashSet<>();
        for (ProcessInfo process : processes.get()) {
            if (qualified || !process.name().equals(process.group())) {
                names.add(process.group() + ":" + process.name());
                names.add(process.group() + ":*");
            } else {
                names.add(Namespec.join(process.group(), process.name()));
            }
        }
        return names;
    }

    private static List<String> matching(Collection<String> candidates, String word) {
        List<String> matching = new ArrayList<>();
        for (String candidate : candidates) {
            if (candidate.startsWith(word)) {
                matching.add(candidate);
            }
        }
        return matching;
    }
}
