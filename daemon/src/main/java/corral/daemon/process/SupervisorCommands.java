package corral.daemon.process;

import corral.daemon.config.ConfigResult;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProblemText;
import corral.daemon.loop.Loop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Carries each command to the loop and runs it there against the {@link Supervisor}. */
public final class SupervisorCommands implements Commands {
    private final Loop loop;
    private final Supervisor supervisor;
    private final ConfigSource configSource;
    private final StopOrder stops;
    private final GroupOperations operations;
    private final Updating updating;

    /** Commands for one supervisor. */
    public SupervisorCommands(Loop loop, Supervisor supervisor, ConfigSource configSource) {
        this.loop = loop;
        this.supervisor = supervisor;
        this.configSource = configSource;
        this.stops = new StopOrder(supervisor);
        this.operations = new GroupOperations(supervisor);
        this.updating = new Updating(supervisor, operations);
    }

    @Override
    public SupervisorState state() {
        return supervisor.state();
    }

    @Override
    public CompletableFuture<List<ProcessSnapshot>> processes() {
        return onLoop(
                "processes",
                () -> done(all().stream()
                        .sorted(Comparator.comparing(ManagedProcess::group).thenComparing(ManagedProcess::name))
                        .map(ManagedProcess::snapshot)
                        .toList()));
    }

    @Override
    public CompletableFuture<ProcessSnapshot> process(String group, String name, String namespec) {
        return one("process", group, name, namespec, process -> done(process.snapshot()));
    }

    @Override
    public CompletableFuture<Void> start(String group, String name, String namespec, boolean wait) {
        return one("start", group, name, namespec, process -> checkedStart(process, wait));
    }

    @Override
    public CompletableFuture<List<Outcome>> startGroup(String group, boolean wait) {
        return many("start group", group, process -> !process.state().isRunning(), p -> checkedStart(p, wait));
    }

    @Override
    public CompletableFuture<List<Outcome>> startAll(boolean wait) {
        return onLoop("start all", () -> each(process -> !process.state().isRunning(), p -> checkedStart(p, wait)));
    }

    @Override
    public CompletableFuture<Void> stop(String group, String name, String namespec, boolean wait) {
        return one("stop", group, name, namespec, process -> stops.one(process, wait));
    }

    @Override
    public CompletableFuture<List<Outcome>> stopGroup(String group, boolean wait) {
        return onLoop("stop group", () -> {
            stops.begin(group::equals);
            return in(group, ManagedProcess::isStoppable, process -> stops.together(process, wait));
        });
    }

    @Override
    public CompletableFuture<List<Outcome>> stopAll(boolean wait) {
        return onLoop("stop all", () -> {
            stops.begin(group -> true);
            return each(ManagedProcess::isStoppable, process -> stops.together(process, wait));
        });
    }

    @Override
    public CompletableFuture<Void> reload(String group) {
        return operation("reload", group, operations::reload);
    }

    @Override
    public CompletableFuture<Void> upgrade(String group) {
        return operation("upgrade", group, operations::upgrade);
    }

    @Override
    public CompletableFuture<Void> scale(String group, int processes) {
        return operation("scale", group, found -> supervisor.scaling().scale(found.name(), processes));
    }

    /** Scales a group from the number that it has when its turn comes. Refused as {@link #scale}. */
    CompletableFuture<Void> change(String group, IntUnaryOperator number) {
        return operation(
                "scale",
                group,
                found -> supervisor
                        .scaling()
                        .scale(group, number.applyAsInt(supervisor.numbers().of(found.config()))));
    }

    /** As {@link #update}, and all rolling processes but the front are replaced whether they differ or not. */
    CompletableFuture<Boolean> renew(String group) {
        return operation("renew", group, updating::renew);
    }

    @Override
    public CompletableFuture<Boolean> update(String group) {
        return operation("update", group, updating::update);
    }

    @Override
    public CompletableFuture<Void> signal(String group, String name, String namespec, int signal) {
        return one("signal", group, name, namespec, process -> process.signal(signal));
    }

    @Override
    public CompletableFuture<List<Outcome>> signalGroup(String group, int signal) {
        return many("signal group", group, p -> p.state().isSignallable(), process -> process.signal(signal));
    }

    @Override
    public CompletableFuture<List<Outcome>> signalAll(int signal) {
        return onLoop("signal all", () -> each(p -> p.state().isSignallable(), process -> process.signal(signal)));
    }

    @Override
    public CompletableFuture<Void> writeStdin(String group, String name, String namespec, byte[] bytes) {
        return one("write stdin", group, name, namespec, process -> {
            if (!process.state().isSignallable() || process.pid() == 0) {
                return Refused.of(Refusal.NOT_RUNNING, namespec);
            }
            return supervisor
                    .ports()
                    .outputs()
                    .writeStdin(group, name, bytes)
                    .thenCompose(read -> read ? done(null) : Refused.of(Refusal.NO_FILE, namespec));
        });
    }

    @Override
    public CompletableFuture<Void> clearLogs(String group, String name, String namespec) {
        return one("clear logs", group, name, namespec, this::clear);
    }

    @Override
    public CompletableFuture<List<Outcome>> clearAllLogs() {
        return onLoop("clear all logs", () -> each(process -> true, this::clear));
    }

    @Override
    public CompletableFuture<GroupDiff> reloadConfig() {
        return onLoop("reload config", () -> readConfig().thenApply(result -> supervisor.diff()));
    }

    @Override
    public CompletableFuture<Void> addGroup(String group) {
        return onLoop("add group", () -> {
            Optional<GroupConfig> config = supervisor.lastRead().stream()
                    .filter(candidate -> candidate.name().equals(group))
                    .findFirst();
            if (config.isEmpty()) {
                return Refused.of(Refusal.BAD_NAME, group);
            }
            if (supervisor.group(group).isPresent()) {
                return Refused.of(Refusal.ALREADY_ADDED, group);
            }
            supervisor.add(config.get());
            return done(null);
        });
    }

    @Override
    public CompletableFuture<Void> removeGroup(String group) {
        return operation("remove group", group, active -> {
            if (!active.isStopped()) {
                return Refused.of(Refusal.STILL_RUNNING, group);
            }
            supervisor.remove(group);
            return done(null);
        });
    }

    @Override
    public CompletableFuture<List<ConfiguredProcess>> configuration() {
        return onLoop("configuration", () -> {
            List<ConfiguredProcess> found = new ArrayList<>();
            for (GroupConfig group : supervisor.lastRead()) {
                boolean inUse = supervisor.group(group.name()).isPresent();
                group.processes()
                        .forEach(p -> found.add(new ConfiguredProcess(group.name(), group.priority(), inUse, p)));
            }
            found.sort(Comparator.comparing(process -> process.config().name()));
            return done(List.copyOf(found));
        });
    }

    @Override
    public CompletableFuture<Void> remoteCommEvent(String type, String data) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        return onLoop("shutdown", () -> {
            // Once this is answered: what follows may close the connection at once.
            loop.post("shutdown", supervisor::shutdown);
            return done(null);
        });
    }

    @Override
    public CompletableFuture<Void> restart() {
        return onLoop("restart", () -> {
            supervisor.reloading();
            return read().whenComplete((result, refused) -> loop.post("restart", () -> {
                        if (refused == null) {
                            supervisor.restart(result.config().orElseThrow());
                        }
                        supervisor.reloaded();
                    }))
                    .thenAccept(result -> {});
        });
    }

    private CompletableFuture<ConfigResult> readConfig() {
        return read().thenApply(result -> {
            supervisor.remember(result.config().orElseThrow());
            return result;
        });
    }

    /** Reads the configuration; one that cannot be used is CANT_REREAD and changes nothing. */
    private CompletableFuture<ConfigResult> read() {
        CompletableFuture<ConfigResult> answer = new CompletableFuture<>();
        configSource.read(result -> {
            if (result.config().isPresent()) {
                answer.complete(result);
            } else {
                answer.completeExceptionally(
                        new RefusedException(Refusal.CANT_REREAD, ProblemText.firstError(result.problems())));
            }
        });
        return answer;
    }

    private CompletableFuture<Void> checkedStart(ManagedProcess process, boolean wait) {
        CompletableFuture<Void> started = new CompletableFuture<>();
        supervisor.ports().spawner().check(process.config(), refused -> {
            if (refused.isPresent()) {
                started.completeExceptionally(refused.get());
            } else if (supervisor.state() != SupervisorState.RUNNING) {
                started.completeExceptionally(new RefusedException(Refusal.SHUTDOWN_STATE, ""));
            } else {
                pipe(supervisor.dependencies().start(process, wait), started);
            }
        });
        return started;
    }

    private CompletableFuture<Void> clear(ManagedProcess process) {
        return supervisor
                .ports()
                .outputs()
                .clear(process.group(), process.name(), process.logs())
                .exceptionallyCompose(error -> Refused.of(Refusal.FAILED, process.namespec()));
    }

    private List<ManagedProcess> all() {
        return supervisor.groups().stream()
                .flatMap(group -> group.processes().stream())
                .toList();
    }

    /** All processes by group priority, then process priority (spec/supervisor.md 3.5). */
    private CompletableFuture<List<Outcome>> each(
            Predicate<ManagedProcess> wanted, Function<ManagedProcess, CompletableFuture<Void>> action) {
        List<ManagedProcess> ordered = supervisor.groups().stream()
                .sorted(Comparator.comparingInt(group -> group.config().priority()))
                .flatMap(group -> group.byPriority().stream())
                .filter(wanted)
                .toList();
        return Outcomes.collect(ordered, action);
    }

    private CompletableFuture<List<Outcome>> many(
            String event,
            String group,
            Predicate<ManagedProcess> wanted,
            Function<ManagedProcess, CompletableFuture<Void>> action) {
        return onLoop(event, () -> in(group, wanted, action));
    }

    private CompletableFuture<List<Outcome>> in(
            String group, Predicate<ManagedProcess> wanted, Function<ManagedProcess, CompletableFuture<Void>> action) {
        return supervisor
                .group(group)
                .map(found -> Outcomes.collect(
                        found.byPriority().stream().filter(wanted).toList(), action))
                .orElseGet(() -> Refused.of(Refusal.BAD_NAME, group));
    }

    private <T> CompletableFuture<T> one(
            String event,
            String group,
            String name,
            String namespec,
            Function<ManagedProcess, CompletableFuture<T>> action) {
        return onLoop(
                event,
                () -> supervisor
                        .group(group)
                        .flatMap(found -> found.find(name))
                        .map(process -> action.apply(process)
                                .exceptionallyCompose(error -> CompletableFuture.failedFuture(
                                        named(Refused.from(error), process.namespec(), namespec))))
                        .orElseGet(() -> Refused.of(Refusal.BAD_NAME, namespec)));
    }

    /** Clients get the name back as they gave it. */
    private static RefusedException named(RefusedException refused, String own, String given) {
        return refused.detail().equals(own) ? new RefusedException(refused.refusal(), given) : refused;
    }

    private <T> CompletableFuture<T> onLoop(String name, Supplier<CompletableFuture<T>> command) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.post(name, () -> {
            if (supervisor.state() != SupervisorState.RUNNING) {
                answer.completeExceptionally(new RefusedException(Refusal.SHUTDOWN_STATE, ""));
            } else {
                pipe(command.get(), answer);
            }
        });
        return answer;
    }

    /** What changes the members of a group, after what was asked for before. */
    private <T> CompletableFuture<T> operation(
            String event, String group, Function<ProcessGroup, CompletableFuture<T>> action) {
        return onLoop(event, () -> operations.submit(group, action));
    }

    private static <T> void pipe(CompletableFuture<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, error) -> {
            if (error == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(Refused.from(error));
            }
        });
    }

    private static <T> CompletableFuture<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
