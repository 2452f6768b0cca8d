package corral.daemon.config;

import corral.daemon.ini.PyText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads what a section says that Supervisor does not know. */
final class AdditionsReader {
    private static final int MODE = 0777;

    private final Host host;

    AdditionsReader(Host host) {
        this.host = host;
    }

    /** What all processes of a section share. */
    Additions common(SectionReader section, Optional<UserId> user) {
        Additions read = Additions.NONE
                .withNotify(section.value(ProgramKeys.NOTIFY), section.value(ProgramKeys.WATCHDOG))
                .withExitOnFatal(section.value(ProgramKeys.EXIT_ON_FATAL))
                .withSurge(section.value(ProgramKeys.ROLLING) ? section.value(ProgramKeys.SURGE) : 0)
                .withMaxMemory(section.value(AdditionKeys.MAX_MEMORY))
                .withDependsOn(section.value(AdditionKeys.DEPENDS_ON))
                .withBackoff(backoff(section))
                .withLimits(LimitKeys.read(section));
        return section.name().startsWith(Sections.PROGRAM) ? read.withSockets(sockets(section, user)) : read;
    }

    /** With what may be each process's own: the address of its health check may have its number. */
    Additions own(SectionReader section, Additions common) {
        if (common.role().isPresent() && !(common.role().get() instanceof ServerRole.Front)) {
            return common;
        }
        long interval = section.value(AdditionKeys.HEALTHCHECK_INTERVAL);
        long timeout = section.value(AdditionKeys.HEALTHCHECK_TIMEOUT);
        int retries = section.value(AdditionKeys.HEALTHCHECK_RETRIES);
        long startPeriod = section.value(AdditionKeys.HEALTHCHECK_START_PERIOD);
        return common.withHealthCheck(section.optional(AdditionKeys.HEALTHCHECK)
                .map(probe -> new HealthCheck(probe, interval, timeout, retries, startPeriod)));
    }

    private static Backoff backoff(SectionReader section) {
        long first = section.optional(AdditionKeys.BACKOFF).orElse(0L);
        long most = section.value(AdditionKeys.BACKOFF_MAX);
        boolean endless = section.value(ProgramKeys.STARTRETRIES) == Integer.MAX_VALUE;
        boolean limited = first > 0 || endless || section.has(AdditionKeys.BACKOFF_MAX);
        if (most < first) {
            section.error(
                    AdditionKeys.BACKOFF_MAX,
                    "backoff_max is less than backoff",
                    "allowed: at least the seconds of backoff");
        }
        return new Backoff(
                first, limited ? most : Backoff.SUPERVISOR.maxMs(), section.value(AdditionKeys.RESTART_DELAY));
    }

    private Optional<ListenConfig> sockets(SectionReader section, Optional<UserId> user) {
        return section.text(AdditionKeys.SOCKET)
                .flatMap(text -> binds(section, AdditionKeys.SOCKET, text, directory(section)))
                .map(binds -> listen(section, binds, user, false));
    }

    private Path directory(SectionReader section) {
        return section.text(ProgramKeys.DIRECTORY)
                .flatMap(text -> host.absolute(host.expandUser(text)))
                .orElse(host.cwd());
    }

    /** The addresses of an option. */
    static Optional<List<BindAddress>> binds(SectionReader section, Key<?> key, String text, Path directory) {
        try {
            return Optional.of(BindText.read(text, directory));
        } catch (BadValueException e) {
            section.error(key, e.getMessage(), "read: " + PyText.repr(text) + "; allowed: " + BindText.ALLOWED);
            return Optional.empty();
        }
    }

    /** Sockets with the backlog, permissions and owner that the section says; the owner is else the one of the processes. */
    static ListenConfig listen(
            SectionReader section, List<BindAddress> binds, Optional<UserId> user, boolean reusePort) {
        Optional<Users.Owner> owner = section.optional(AdditionKeys.SOCKET_OWNER);
        OptionalInt uid = owner.map(o -> OptionalInt.of(o.uid()))
                .orElseGet(() -> user.map(u -> OptionalInt.of(u.uid())).orElse(OptionalInt.empty()));
        OptionalInt gid = owner.map(Users.Owner::gid)
                .orElseGet(() -> user.map(u -> OptionalInt.of(u.gid())).orElse(OptionalInt.empty()));
        int mode = section.value(AdditionKeys.SOCKET_MODE) & MODE;
        return new ListenConfig(binds, section.value(AdditionKeys.BACKLOG), reusePort, mode, uid, gid);
    }
}
