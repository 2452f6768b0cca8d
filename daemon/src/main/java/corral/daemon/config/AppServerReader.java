package corral.daemon.config;

import corral.daemon.config.ProgramReader.Common;
import corral.daemon.config.ProgramReader.Globals;
import corral.daemon.config.ProgramReader.Own;
import corral.daemon.config.ServerKeys.Flag;
import corral.daemon.config.ServerKeys.To;
import corral.daemon.ini.Names;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A {@code [server:x]} section as the group of processes that it stands for: one front and its workers. */
final class AppServerReader {
    /** What the stop of a worker may take beyond its own two limits, in seconds. */
    private static final int STOP_MARGIN = 5;

    private static final String TEMPLATE = "template";

    private final Reading reading;
    private final Globals globals;
    private final ProgramReader programs;
    private final Path here;

    /** A reader; {@code here} is the directory of the main file. */
    AppServerReader(Reading reading, Globals globals, ProgramReader programs, Path here) {
        this.reading = reading;
        this.globals = globals;
        this.programs = programs;
        this.here = here;
    }

    /** What all processes of one server share while it is read. */
    private record Server(
            String name, Names names, SectionReader section, Map<String, String> variables, Path directory) {

        /** The same for making further workers. */
        Server again() {
            return new Server(name, names, section.again(), variables, directory);
        }
    }

    /** The group of a section. */
    GroupConfig read(RawSection raw) {
        SectionReader plain = SectionReader.of(reading, raw, globals.names());
        String name = ProgramReader.programName(plain);
        Names names = globals.names()
                .with("program_name", name)
                .with("host_node_name", reading.host().nodeName())
                .with("group_name", name);
        Map<String, String> variables = ProgramReader.environment(plain.with(names));
        Names full = names.withEnvironment(variables);
        SectionReader section = plain.with(full);
        Server server = new Server(name, full, section, variables, directory(section));
        Common common = programs.common(section);
        Map<Flag, List<String>> flags = flags(server);
        check(server, flags);
        boolean preload = section.value(ServerKeys.PRELOAD_APP);
        if (preload && flags.keySet().removeIf(flag -> flag.key().equals(ServerKeys.RELOAD))) {
            section.warning(ServerKeys.PRELOAD_APP, "reload has no effect with preload_app");
        }
        int workers = workers(section);
        List<ProcessConfig> processes = new ArrayList<>();
        processes.add(front(server, common, flags));
        String python = python(server);
        if (preload) {
            processes.add(template(server, common, flags, python));
        }
        List<ProcessConfig> fixed = List.copyOf(processes);
        for (int i = 0; i < workers; i++) {
            processes.add(worker(server, common, flags, python, i, workers));
        }
        Server again = server.again();
        ProcessTemplate template = new ProcessTemplate(
                workers,
                limits(section, workers),
                fixed,
                (index, total) -> worker(again, common, flags, python, index, total));
        return new GroupConfig(name, common.priority(), List.copyOf(processes), Optional.of(template));
    }

    /** How many there are at first; without a word on that, as few as there may be. */
    private static int workers(SectionReader section) {
        Optional<Integer> least =
                section.has(ServerKeys.WORKERS) ? Optional.empty() : section.optional(ServerKeys.WORKERS_MIN);
        return least.orElseGet(() -> section.value(ServerKeys.WORKERS));
    }

    /** Both or none; what is wrong with them is said. */
    private static Optional<ProcessTemplate.Limits> limits(SectionReader section, int workers) {
        Optional<Integer> least = section.optional(ServerKeys.WORKERS_MIN);
        Optional<Integer> most = section.optional(ServerKeys.WORKERS_MAX);
        if (section.has(ServerKeys.WORKERS_MIN) != section.has(ServerKeys.WORKERS_MAX)) {
            boolean least1 = section.has(ServerKeys.WORKERS_MIN);
            section.error(
                    least1 ? ServerKeys.WORKERS_MIN : ServerKeys.WORKERS_MAX,
                    "one limit without the other",
                    "add " + (least1 ? ServerKeys.WORKERS_MAX : ServerKeys.WORKERS_MIN).name() + "=");
        }
        if (least.isEmpty() || most.isEmpty()) {
            return Optional.empty();
        }
        if (least.get() > most.get()) {
            section.error(
                    ServerKeys.WORKERS_MIN,
                    least.get() + " is more than workers_max=" + most.get(),
                    "allowed: up to workers_max");
        } else if (workers < least.get() || workers > most.get()) {
            section.error(
                    ServerKeys.WORKERS,
                    "it starts with " + workers + " workers, which is not between workers_min=" + least.get()
                            + " and workers_max=" + most.get(),
                    "allowed: from " + least.get() + " to " + most.get());
        }
        return Optional.of(new ProcessTemplate.Limits(least.get(), most.get()));
    }

    private ProcessConfig front(Server server, Common common, Map<Flag, List<String>> flags) {
        SectionReader section = server.section();
        ListenConfig listen = listen(server, common.user());
        ServerCommand command = new ServerCommand().word(reading.host().home().resolve("bin/corral-server"));
        int fd = ServerCommand.FIRST_FD;
        for (int i = 0; i < listen.binds().size(); i++) {
            command.word("--bind=fd://" + fd++);
        }
        command.word("--worker-socket=fd://" + fd).flags(flags, To.FRONT);
        Map<String, String> variables = new LinkedHashMap<>(server.variables());
        section.optional(ServerKeys.KEYFILE_PASSWORD).ifPresent(p -> variables.put("CORRAL_KEYFILE_PASSWORD", p));
        Additions additions = additions(section, common, 0)
                .withMaxMemory(0)
                .withLimits(Limits.NONE)
                .withRole(new ServerRole.Front(listen, section.value(ServerKeys.EXIT_ON_BOOT_FAILURE)));
        Names names = server.names().with("process_name", "front");
        return programs.process(
                section.with(names),
                common.withDefaults(section, stopwaitsecs(section), false, additions),
                new Own("front", server.name(), command.text(), directoryText(server), variables));
    }

    /** What every worker is forked from. */
    private ProcessConfig template(Server server, Common common, Map<Flag, List<String>> flags, String python) {
        SectionReader section = server.section();
        ServerCommand command = new ServerCommand()
                .word(python)
                .word(reading.host().home().resolve("lib/worker"))
                .flags(flags, To.WORKER);
        Additions all = additions(section, common, 0);
        Additions additions = all.withNotify(all.notifies(), 0)
                .withMaxMemory(0)
                .withLimits(Limits.NONE)
                .withRole(new ServerRole.Template(section.value(ServerKeys.EXIT_ON_BOOT_FAILURE)));
        Names names = server.names().with("process_name", TEMPLATE);
        return programs.process(
                section.with(names),
                common.withDefaults(section, stopwaitsecs(section), true, additions),
                new Own(TEMPLATE, server.name(), command.text(), directoryText(server), server.variables()));
    }

    private ProcessConfig worker(
            Server server, Common common, Map<Flag, List<String>> flags, String python, int index, int total) {
        SectionReader section = server.section();
        String name = "worker-" + index;
        boolean preload = section.value(ServerKeys.PRELOAD_APP);
        ServerCommand command = new ServerCommand()
                .word(python)
                .word(reading.host().home().resolve("lib/worker"))
                .word("--index=" + index)
                .flags(flags, To.WORKER);
        Additions additions = additions(section, common, section.value(ServerKeys.TIMEOUT))
                .withRole(new ServerRole.Worker(index, total, section.value(ServerKeys.EXIT_ON_BOOT_FAILURE), preload));
        Names names = server.names().with("process_name", name).with("process_num", index);
        return programs.process(
                section.with(names),
                common.withDefaults(section, stopwaitsecs(section), true, additions),
                new Own(name, server.name(), command.text(), directoryText(server), server.variables()));
    }

    private static Additions additions(SectionReader section, Common common, int watchdogSecs) {
        boolean notify = !section.has(ProgramKeys.NOTIFY) || common.additions().notifies();
        int watchdog = section.has(ProgramKeys.WATCHDOG) ? common.additions().watchdogSecs() : watchdogSecs;
        return common.additions().withNotify(notify, watchdog).withSurge(section.value(ProgramKeys.SURGE));
    }

    private static Optional<String> directoryText(Server server) {
        return Optional.of(server.directory().toString());
    }

    private static int stopwaitsecs(SectionReader section) {
        BigDecimal sum =
                seconds(section, ServerKeys.GRACEFUL_TIMEOUT).add(seconds(section, ServerKeys.SHUTDOWN_TIMEOUT));
        return sum.setScale(0, RoundingMode.CEILING).intValue() + STOP_MARGIN;
    }

    private static BigDecimal seconds(SectionReader section, Key<List<String>> key) {
        return new BigDecimal(section.value(key).get(0));
    }

    private Path directory(SectionReader section) {
        Optional<Path> written = section.optional(ProgramKeys.DIRECTORY)
                .map(text -> here.resolve(reading.host().expandUser(text)));
        if (written.isPresent() && !Files.isDirectory(written.get())) {
            section.error(
                    ProgramKeys.DIRECTORY,
                    "there is no directory " + written.get(),
                    "allowed: " + Types.DIRECTORY.allowed());
        }
        return written.orElse(here).normalize();
    }

    private ListenConfig listen(Server server, Optional<UserId> user) {
        SectionReader section = server.section();
        List<BindAddress> binds = section.text(ServerKeys.BIND)
                .flatMap(text -> AdditionsReader.binds(section, ServerKeys.BIND, text, server.directory()))
                .orElse(List.of());
        return AdditionsReader.listen(section, binds, user, section.value(ServerKeys.REUSE_PORT));
    }

    /** What is written; relative paths are made absolute, because front and workers need not be where the daemon is. */
    private Map<Flag, List<String>> flags(Server server) {
        Map<Flag, List<String>> flags = new LinkedHashMap<>();
        for (Flag flag : ServerKeys.FLAGS) {
            if (!server.section().has(flag.key())) {
                continue;
            }
            Optional<List<String>> values = server.section().optional(flag.key());
            values.ifPresent(list -> flags.put(flag, isPath(flag, list) ? resolved(list, server.directory()) : list));
        }
        return flags;
    }

    private static boolean isPath(Flag flag, List<String> values) {
        boolean special =
                flag.key().equals(ServerKeys.ACCESS_LOG) && List.of("", "-").contains(values.get(0));
        return flag.key().type().equals(ServerTypes.PATH) || (flag.key().equals(ServerKeys.ACCESS_LOG) && !special);
    }

    private List<String> resolved(List<String> paths, Path directory) {
        return paths.stream()
                .map(path -> directory
                        .resolve(reading.host().expandUser(path))
                        .normalize()
                        .toString())
                .toList();
    }

    private static void check(Server server, Map<Flag, List<String>> flags) {
        SectionReader section = server.section();
        Map<Key<?>, List<String>> values = new HashMap<>();
        flags.forEach((flag, list) -> values.put(flag.key(), list));
        if (!section.has(ServerKeys.APP)) {
            section.error("the section does not say which app to serve", "add app=module:attribute");
        }
        for (var key : List.of(ServerKeys.CERTFILE, ServerKeys.KEYFILE, ServerKeys.CA_CERTS, ServerKeys.LOG_CONFIG)) {
            for (String file : values.getOrDefault(key, List.of())) {
                if (!Files.isReadable(Path.of(file)) || Files.isDirectory(Path.of(file))) {
                    section.error(key, "there is no readable file " + file, "allowed: a file that exists");
                }
            }
        }
        if (section.has(ServerKeys.KEYFILE) && !section.has(ServerKeys.CERTFILE)) {
            section.error(ServerKeys.KEYFILE, "a key without a certificate", "add certfile=");
        }
    }

    /** An interpreter by path, the one of a virtual environment, or the word that PATH is searched for. */
    private String python(Server server) {
        SectionReader section = server.section();
        Optional<String> written = section.optional(ServerKeys.PYTHON).filter(text -> !text.isEmpty());
        if (written.isPresent()) {
            return written.get().indexOf('/') < 0
                            && !Files.isDirectory(server.directory().resolve(written.get()))
                    ? written.get()
                    : interpreter(
                            section, server.directory().resolve(reading.host().expandUser(written.get())));
        }
        Map<String, String> environment = new HashMap<>(reading.host().env());
        environment.putAll(globals.environment());
        environment.putAll(server.variables());
        String venv = environment.getOrDefault("VIRTUAL_ENV", "");
        return venv.isEmpty() ? "python3" : venv + "/bin/python";
    }

    private static String interpreter(SectionReader section, Path path) {
        Path file = Files.isDirectory(path) ? path.resolve("bin/python") : path;
        if (!Files.isExecutable(file) || Files.isDirectory(file)) {
            section.error(ServerKeys.PYTHON, "there is no Python at " + file, "allowed: " + ServerKeys.PYTHON.help());
        }
        return file.normalize().toString();
    }
}
