package corral.daemon.config;

import corral.daemon.config.ProgramReader.Globals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Explicit and implied groups with their processes (spec/supervisor.md 1.8), in the order in which Supervisor reads. */
final class GroupReader {
    private final Reading reading;
    private final Globals globals;
    private final ProgramReader programs;
    private final AppServerReader servers;
    private final Set<String> grouped = new HashSet<>();

    /**
     * A reader.
     *
     * @param here the directory of the main file
     */
    GroupReader(Reading reading, Globals globals, Path here) {
        this.reading = reading;
        this.globals = globals;
        this.programs = new ProgramReader(reading, globals);
        this.servers = new AppServerReader(reading, globals, programs, here);
    }

    /** All groups by (priority, name), each name once. */
    List<GroupConfig> read() {
        List<GroupConfig> groups = new ArrayList<>();
        IdentityHashMap<GroupConfig, Origin> origins = new IdentityHashMap<>();
        for (RawSection section : reading.raw().sections(Sections.GROUP)) {
            groups.add(group(section));
            origins.put(groups.get(groups.size() - 1), section.origin());
        }
        for (RawSection section : reading.raw().sections(Sections.PROGRAM)) {
            if (!grouped.contains(section.name())) {
                groups.add(implied(section));
                origins.put(groups.get(groups.size() - 1), section.origin());
            }
        }
        for (RawSection section : reading.raw().sections(Sections.SERVER)) {
            server(section, groups);
            origins.put(groups.get(groups.size() - 1), section.origin());
        }
        for (String prefix : new String[] {Sections.LISTENER, Sections.FASTCGI}) {
            for (RawSection section : reading.raw().sections(prefix)) {
                unsupported(section);
            }
        }
        groups.sort(GroupReader::byPriorityAndName);
        return eachNameOnce(groups, origins);
    }

    private static int byPriorityAndName(GroupConfig one, GroupConfig other) {
        int order = Integer.compare(one.priority(), other.priority());
        return order != 0 ? order : one.name().compareTo(other.name());
    }

    private GroupConfig group(RawSection raw) {
        SectionReader section = SectionReader.of(reading, raw, globals.names());
        String name = ProgramReader.programName(section);
        List<String> members = section.value(Sections.PROGRAMS);
        int priority = section.value(Sections.PRIORITY);
        Map<String, ProcessConfig> processes = new LinkedHashMap<>();
        for (String member : members) {
            Optional<RawSection> program = reading.raw().section(Sections.PROGRAM + member);
            Optional<RawSection> fastcgi = reading.raw().section(Sections.FASTCGI + member);
            if (program.isPresent() && fastcgi.isPresent()) {
                section.error(
                        Sections.PROGRAMS,
                        "[" + raw.name() + "] name " + member + " is ambiguous (exists as program and fcgi-program)",
                        "");
            } else if (program.isPresent()) {
                grouped.add(program.get().name());
                add(programs.read(program.get(), name), processes, section);
            } else if (fastcgi.isEmpty()) {
                section.error(
                        Sections.PROGRAMS,
                        "[" + raw.name() + "] names unknown program or fcgi-program " + member,
                        known(member));
            }
        }
        return new GroupConfig(name, priority, List.copyOf(processes.values()), template(members, name));
    }

    /** Of a group that consists of one program; of several, nobody could say which one is meant. */
    private Optional<ProcessTemplate> template(List<String> members, String group) {
        return members.size() != 1
                ? Optional.empty()
                : reading.raw()
                        .section(Sections.PROGRAM + members.get(0))
                        .flatMap(program -> programs.template(program, group));
    }

    private String known(String member) {
        List<String> names = new ArrayList<>();
        for (RawSection section : reading.raw().sections(Sections.PROGRAM)) {
            names.add(Sections.nameIn(section.name()));
        }
        if (member.isEmpty()) {
            return "remove the comma that nothing follows";
        }
        return Nearest.to(member, names)
                .map(name -> "did you mean " + name + "?")
                .orElse("allowed: names of [program:x] sections separated by commas");
    }

    private GroupConfig implied(RawSection raw) {
        SectionReader section = SectionReader.of(reading, raw, globals.names());
        String name = ProgramReader.programName(section);
        // As the group's priority it may use fewer names than as the process's, and its error does not name the
        // section.
        int priority = section.value(ProgramKeys.PRIORITY);
        Map<String, ProcessConfig> processes = new LinkedHashMap<>();
        add(programs.read(raw, name), processes, section);
        return new GroupConfig(name, priority, List.copyOf(processes.values()), programs.template(raw, name));
    }

    private void server(RawSection raw, List<GroupConfig> groups) {
        GroupConfig server = servers.read(raw);
        if (groups.stream().anyMatch(group -> group.name().equals(server.name()))) {
            SectionReader.of(reading, raw, globals.names())
                    .error("a program or group is named " + server.name() + " too", "give one of them another name");
        }
        groups.add(server);
    }

    /** Of processes with the same name the last one survives, as in Supervisor. */
    private static void add(List<ProcessConfig> read, Map<String, ProcessConfig> processes, SectionReader section) {
        for (ProcessConfig process : read) {
            if (processes.put(process.name(), process) != null) {
                section.warning(
                        ProgramKeys.PROCESS_NAME,
                        "several processes of the group are named '" + process.name() + "', only the last one runs");
            }
        }
    }

    private void unsupported(RawSection raw) {
        SectionReader.of(reading, raw, globals.names()).refuse("is not supported yet");
        programs.read(raw, Sections.nameIn(raw.name()));
    }

    private List<GroupConfig> eachNameOnce(List<GroupConfig> sorted, IdentityHashMap<GroupConfig, Origin> origins) {
        Set<String> names = new HashSet<>();
        List<GroupConfig> groups = new ArrayList<>();
        for (GroupConfig group : sorted) {
            if (names.add(group.name())) {
                groups.add(group);
            } else {
                reading.problems()
                        .warning(
                                origins.getOrDefault(group, Origin.NOWHERE),
                                Sections.GROUP + group.name(),
                                "",
                                "two groups are named '" + group.name() + "'; the one with priority " + group.priority()
                                        + " is ignored");
            }
        }
        return List.copyOf(groups);
    }
}
