package corral.daemon.config;

import corral.daemon.ini.Names;
import corral.daemon.ini.PyText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether every {@code depends_on} names something that exists, and none leads back to itself. One instance per reading. */
final class DependencyCheck {
    private final Reading reading;
    private final List<GroupConfig> groups;
    private final List<String> names;
    private final Map<Node, Set<Node>> edges = new LinkedHashMap<>();

    /** All processes of one section within one group; they depend on the same. */
    private record Node(String group, String program) {
        @Override
        public String toString() {
            return group.equals(program) ? program : group + ":" + program;
        }
    }

    DependencyCheck(Reading reading, List<GroupConfig> groups) {
        this.reading = reading;
        this.groups = groups;
        this.names = groups.stream().map(GroupConfig::name).toList();
    }

    /** Notes what is wrong. */
    void note() {
        for (GroupConfig group : groups) {
            for (ProcessConfig process : group.processes()) {
                Node node = new Node(group.name(), process.program());
                List<String> wanted = process.additions().dependsOn();
                if (!wanted.isEmpty() && !edges.containsKey(node)) {
                    edges.put(node, follow(node, wanted));
                }
            }
        }
        Set<Node> reported = new HashSet<>();
        for (Node node : edges.keySet()) {
            Optional<List<Node>> circle = circle(node);
            if (circle.isPresent() && reported.addAll(circle.get())) {
                List<String> path = new ArrayList<>(
                        circle.get().stream().map(Node::toString).toList());
                path.add(node.toString());
                error(node, String.join(" depends on ", path), "what is waited for must not wait, too");
            }
        }
    }

    private Set<Node> follow(Node from, List<String> wanted) {
        Set<Node> found = new LinkedHashSet<>();
        for (String name : wanted) {
            Set<Node> meant = new LinkedHashSet<>();
            for (GroupConfig group : groups) {
                for (ProcessConfig process : group.processes()) {
                    if (DependencyNames.means(name, names, group.name(), process)) {
                        meant.add(new Node(group.name(), process.program()));
                    }
                }
            }
            found.addAll(meant);
            if (meant.isEmpty()) {
                error(from, PyText.repr(name) + " is no program, server, group or GROUP:PROCESS", known(name));
            }
        }
        return found;
    }

    private String known(String name) {
        Set<String> all = new LinkedHashSet<>(names);
        for (GroupConfig group : groups) {
            for (ProcessConfig process : group.processes()) {
                all.add(name.indexOf(':') < 0 ? process.program() : group.name() + ":" + process.name());
            }
        }
        return Nearest.to(name, List.copyOf(all))
                .map(near -> "did you mean " + near + "?")
                .orElse("allowed: " + AdditionKeys.DEPENDS_ON.type().allowed());
    }

    /** The way from a node back to itself, without its end. */
    private Optional<List<Node>> circle(Node start) {
        List<Node> path = new ArrayList<>(List.of(start));
        return search(start, start, path, new HashSet<>()) ? Optional.of(path) : Optional.empty();
    }

    private boolean search(Node start, Node at, List<Node> path, Set<Node> seen) {
        for (Node next : edges.getOrDefault(at, Set.of())) {
            if (next.equals(start)) {
                return true;
            }
            if (seen.add(next)) {
                path.add(next);
                if (search(start, next, path, seen)) {
                    return true;
                }
                path.remove(path.size() - 1);
            }
        }
        return false;
    }

    private void error(Node node, String words, String hint) {
        for (String prefix : new String[] {Sections.PROGRAM, Sections.SERVER}) {
            for (RawSection section : reading.raw().sections(prefix)) {
                boolean server = prefix.equals(Sections.SERVER);
                if (Sections.nameIn(section.name()).equals(node.program()) && server == isServer(node)) {
                    SectionReader.of(reading, section, Names.NONE).error(AdditionKeys.DEPENDS_ON, words, hint);
                    return;
                }
            }
        }
    }

    private boolean isServer(Node node) {
        return groups.stream()
                .filter(group -> group.name().equals(node.group()))
                .flatMap(group -> group.processes().stream())
                .anyMatch(process -> process.program().equals(node.program())
                        && process.additions().role().isPresent());
    }
}
