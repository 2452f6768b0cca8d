package corral.daemon.config;

import corral.daemon.config.ProgramKeys.StreamKeys;
import corral.daemon.ini.Names;
import corral.daemon.ini.PyText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The processes of a program section (spec/supervisor.md 2.4), read in the order in which Supervisor reads it. */
final class ProgramReader {
    /** More processes than that are refused: no machine runs them, and reading them would not end. */
    private static final int MAX_NUMPROCS = 100_000;

    private static final int MODE = 0777;

    private final Reading reading;
    private final Globals globals;
    private final AdditionsReader additions;

    /**
     * What a program takes from the rest of the configuration.
     *
     * @param names {@code here} and the variables of the daemon and of its {@code environment}
     * @param environment of {@code [supervisord]}
     * @param serverurl what AUTO stands for; empty when there is no server
     */
    record Globals(Names names, Map<String, String> environment, Optional<String> serverurl) {}

    /** Options that are the same for all processes of a section. */
    record Common(
            int priority,
            boolean autostart,
            int startsecs,
            int startretries,
            Autorestart autorestart,
            ProcessStop stop,
            boolean redirectStderr,
            int numprocs,
            int numprocsStart,
            CommonStream stdout,
            CommonStream stderr,
            String serverurl,
            Optional<UserId> user,
            OptionalInt umask,
            Additions additions) {

        /** What a server has where its section says nothing. */
        Common withDefaults(SectionReader section, int stopwaitsecs, boolean killasgroup, Additions others) {
            return new Common(
                    priority,
                    autostart,
                    startsecs,
                    startretries,
                    section.has(ProgramKeys.AUTORESTART) ? autorestart : Autorestart.ALWAYS,
                    new ProcessStop(
                            stop.signal(),
                            section.has(ProgramKeys.STOPWAITSECS) ? stop.waitsecs() : stopwaitsecs,
                            stop.asgroup(),
                            section.has(ProgramKeys.KILLASGROUP) ? stop.killasgroup() : stop.asgroup() || killasgroup,
                            stop.exitcodes()),
                    redirectStderr,
                    numprocs,
                    numprocsStart,
                    stdout,
                    stderr,
                    serverurl,
                    user,
                    umask,
                    others);
        }
    }

    /**
     * What is a process's own.
     *
     * @param environment added to the section's
     */
    record Own(
            String name, String program, String command, Optional<String> directory, Map<String, String> environment) {}

    record ProcessStop(int signal, int waitsecs, boolean asgroup, boolean killasgroup, Set<Integer> exitcodes) {}

    record CommonStream(long captureMaxBytes, boolean eventsEnabled) {}

    ProgramReader(Reading reading, Globals globals) {
        this.reading = reading;
        this.globals = globals;
        this.additions = new AdditionsReader(reading.host());
    }

    /**
     * Reads a section.
     *
     * @param group name of the group it belongs to, for {@code %(group_name)s}
     * @return its processes by name
     */
    List<ProcessConfig> read(RawSection raw, String group) {
        SectionReader plain = SectionReader.of(reading, raw, globals.names()).namingSection();
        String program = programName(plain);
        Names names = globals.names()
                .with("program_name", program)
                .with("host_node_name", reading.host().nodeName())
                .with("group_name", group);
        SectionReader section = plain.with(names);
        Common common = common(section);
        checkName(section, common.numprocs());
        checkGroups(section, common);
        List<ProcessConfig> processes = new ArrayList<>();
        int numprocs = common.numprocs() > MAX_NUMPROCS ? 0 : common.numprocs();
        for (int i = 0; i < numprocs; i++) {
            Names numbered = names.with("process_num", Types.clamp((long) common.numprocsStart() + i))
                    .with("numprocs", common.numprocs());
            processes.add(process(section.with(numbered), numbered, program, common));
        }
        processes.sort((one, other) -> one.name().compareTo(other.name()));
        return processes;
    }

    /** How further processes of a section are made that was read and found good; empty when they would all have one name. */
    Optional<ProcessTemplate> template(RawSection raw, String group) {
        SectionReader plain = SectionReader.of(reading, raw, globals.names()).again();
        if (!plain.written(ProgramKeys.PROCESS_NAME).orElse("").contains("%(process_num)")) {
            return Optional.empty();
        }
        String program = Sections.nameIn(raw.name());
        Names names = globals.names()
                .with("program_name", program)
                .with("host_node_name", reading.host().nodeName())
                .with("group_name", group);
        SectionReader section = plain.with(names);
        Common common = common(section);
        return Optional.of(new ProcessTemplate(common.numprocs(), Optional.empty(), List.of(), (index, total) -> {
            Names numbered = names.with("process_num", Types.clamp((long) common.numprocsStart() + index))
                    .with("numprocs", total);
            return process(section.with(numbered), numbered, program, common);
        }));
    }

    /** The name in the header, checked (spec/supervisor.md 1.2, name). */
    static String programName(SectionReader section) {
        String name = Sections.nameIn(section.name());
        badCharacter(name)
                .ifPresent(c -> section.error(
                        invalidName(name, c), "allowed in [" + section.name() + "]: any name without blank, : and /"));
        return name;
    }

    private static String invalidName(String name, char c) {
        return "Invalid name: " + PyText.repr(name) + " because of character: " + PyText.repr(String.valueOf(c));
    }

    private static Optional<Character> badCharacter(String name) {
        for (char bad : new char[] {' ', ':', '/'}) {
            if (name.indexOf(bad) >= 0) {
                return Optional.of(bad);
            }
        }
        return Optional.empty();
    }

    private static void checkGroups(SectionReader section, Common common) {
        if (common.stop().asgroup() && !common.stop().killasgroup()) {
            section.error(
                    ProgramKeys.KILLASGROUP,
                    "Cannot set stopasgroup=true and killasgroup=false",
                    "leave killasgroup out, it follows stopasgroup");
        }
    }

    /** Reads the options that have nothing to do with the number of a process. */
    Common common(SectionReader section) {
        int priority = section.value(ProgramKeys.PRIORITY);
        boolean autostart = section.value(ProgramKeys.AUTOSTART);
        Autorestart autorestart = section.value(ProgramKeys.AUTORESTART);
        int startsecs = section.value(ProgramKeys.STARTSECS);
        int startretries = section.value(ProgramKeys.STARTRETRIES);
        int signal = section.value(ProgramKeys.STOPSIGNAL);
        int waitsecs = section.value(ProgramKeys.STOPWAITSECS);
        boolean asgroup = section.value(ProgramKeys.STOPASGROUP);
        Optional<Boolean> killasgroup = section.optional(ProgramKeys.KILLASGROUP);
        Set<Integer> exitcodes = section.value(ProgramKeys.EXITCODES);
        boolean redirect = section.value(ProgramKeys.REDIRECT_STDERR);
        int numprocs = section.value(ProgramKeys.NUMPROCS);
        int numprocsStart = section.value(ProgramKeys.NUMPROCS_START);
        CommonStream stdout = commonStream(section, ProgramKeys.STDOUT);
        CommonStream stderr = commonStream(section, ProgramKeys.STDERR);
        String serverurl = section.value(ProgramKeys.SERVERURL);
        Optional<UserId> user = section.optional(ProgramKeys.USER);
        Optional<Integer> umask = section.optional(ProgramKeys.UMASK);
        Additions added = additions.common(section, user);
        // What is limited together with all that it starts also ends with that, unless somebody wants it otherwise.
        boolean togetherByDefault = asgroup || added.limits().needsCgroup();
        ProcessStop stop = new ProcessStop(signal, waitsecs, asgroup, killasgroup.orElse(togetherByDefault), exitcodes);
        return new Common(
                priority,
                autostart,
                startsecs,
                startretries,
                autorestart,
                stop,
                redirect,
                numprocs,
                numprocsStart,
                stdout,
                stderr,
                serverurl,
                user,
                umask.isPresent() ? OptionalInt.of(umask.get() & MODE) : OptionalInt.empty(),
                added);
    }

    private static CommonStream commonStream(SectionReader section, StreamKeys keys) {
        long capture = section.value(keys.captureMaxBytes());
        return new CommonStream(capture, section.value(keys.eventsEnabled()));
    }

    private void checkName(SectionReader section, int numprocs) {
        String template = section.written(ProgramKeys.PROCESS_NAME).orElse("");
        badCharacter(PyText.strip(template))
                .ifPresent(c -> section.error(
                        ProgramKeys.PROCESS_NAME,
                        invalidName(template, c),
                        "allowed: any name without blank, : and /"));
        if (numprocs > 1 && !template.contains("%(process_num)")) {
            section.error(
                    ProgramKeys.PROCESS_NAME,
                    '%' + "(process_num) must be present within process_name when numprocs > 1",
                    "such as process_name=%(program_name)s_%(process_num)02d");
        }
        if (numprocs > MAX_NUMPROCS) {
            section.error(
                    ProgramKeys.NUMPROCS, "numprocs " + numprocs + " is above upper bound (" + MAX_NUMPROCS + ")", "");
        }
    }

    private ProcessConfig process(SectionReader section, Names names, String program, Common common) {
        Map<String, String> variables = environment(section);
        SectionReader full = section.with(names.withEnvironment(variables));
        Optional<String> directory = full.optional(ProgramKeys.DIRECTORY);
        StreamConfig[] streams = streams(full, program, common);
        Optional<String> command = full.optional(ProgramKeys.COMMAND);
        if (!full.has(ProgramKeys.COMMAND)) {
            full.error("program section " + full.name() + " does not specify a command", "add command=");
        }
        Key<String> nameKey = ProgramKeys.PROCESS_NAME;
        String template = PyText.strip(full.written(nameKey).orElse(""));
        String name = full.expand(nameKey, template, nameKey.name()).orElse(program);
        return assemble(full, common, streams, new Own(name, program, command.orElse(""), directory, variables));
    }

    /** A process of a server: its name and command are not written in the section. */
    ProcessConfig process(SectionReader full, Common common, Own own) {
        checkGroups(full, common);
        return assemble(full, common, streams(full, own.program(), common), own);
    }

    /** Both streams, stdout first: the order in which Supervisor finds what is wrong with them. */
    private static StreamConfig[] streams(SectionReader full, String program, Common common) {
        StreamReader streams = new StreamReader(full, program, common.redirectStderr());
        StreamConfig stdout = streams.stdout(
                common.stdout().captureMaxBytes(), common.stdout().eventsEnabled());
        StreamConfig stderr = streams.stderr(
                common.stderr().captureMaxBytes(), common.stderr().eventsEnabled());
        return new StreamConfig[] {stdout, stderr};
    }

    private ProcessConfig assemble(SectionReader full, Common common, StreamConfig[] streams, Own own) {
        boolean auto = PyText.lower(PyText.strip(common.serverurl())).equals("auto");
        Map<String, String> environment = new LinkedHashMap<>(globals.environment());
        environment.putAll(own.environment());
        return new ProcessConfig(
                own.name(),
                own.program(),
                full.origin(),
                own.command(),
                own.directory(),
                common.umask(),
                common.priority(),
                common.autostart(),
                common.startsecs(),
                common.startretries(),
                common.autorestart(),
                common.stop().exitcodes(),
                common.stop().signal(),
                common.stop().waitsecs(),
                common.stop().asgroup(),
                common.stop().killasgroup(),
                common.user(),
                common.redirectStderr(),
                streams[0],
                streams[1],
                Collections.unmodifiableMap(environment),
                auto ? globals.serverurl() : Optional.of(common.serverurl()).filter(url -> !url.isEmpty()),
                auto,
                additions.own(full, common.additions()));
    }

    /** The section's own variables. */
    static Map<String, String> environment(SectionReader section) {
        Key<EnvironmentText> key = ProgramKeys.ENVIRONMENT;
        Optional<EnvironmentText> read = section.expand(
                        key, section.written(key).orElse(""), key.name())
                .flatMap(text -> section.parse(key, text));
        read.ifPresent(text -> text.warnings().forEach(warning -> section.warning(key, warning)));
        return read.map(EnvironmentText::variables).orElse(Map.of());
    }
}
