package corral.daemon.control.fake;

import corral.daemon.process.Commands;
import corral.daemon.process.ConfiguredProcess;
import corral.daemon.process.GroupDiff;
import corral.daemon.process.Outcome;
import corral.daemon.process.ProcessSnapshot;
import corral.daemon.process.Refusal;
import corral.daemon.process.RefusedException;
import corral.daemon.process.SupervisorState;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A supervisor whose processes never change by themselves. It answers from a thread of its own, as the real one does,
 * and notes what it was asked to do. Starts of a process called {@code slow} wait until the test completes them.
 */
public final class FakeCommands implements Commands, AutoCloseable {
    /** What was asked for, in order. */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /** Starts of {@code slow} that wait for the test. */
    public final BlockingQueue<CompletableFuture<Void>> waiting = new LinkedBlockingQueue<>();

    private final List<ProcessSnapshot> processes = new CopyOnWriteArrayList<>();
    private final ExecutorService loop = Executors.newSingleThreadExecutor(task -> new Thread(task, "fake-loop"));
    private volatile SupervisorState state = SupervisorState.RUNNING;

    /** Adds a process. */
    public void add(ProcessSnapshot process) {
        processes.add(process);
    }

    /** Pretends that the daemon is in a state. */
    public void enter(SupervisorState newState) {
        state = newState;
    }

    @Override
    public void close() {
        loop.shutdownNow();
    }

    @Override
    public SupervisorState state() {
        return state;
    }

    @Override
    public CompletableFuture<List<ProcessSnapshot>> processes() {
        return answer(() -> sorted(all -> true));
    }

    @Override
    public CompletableFuture<ProcessSnapshot> process(String group, String name, String namespec) {
        return find(group, name, namespec);
    }

    @Override
    public CompletableFuture<Void> start(String group, String name, String namespec, boolean wait) {
        asked.add("start " + group + ":" + name + " " + wait);
        return find(group, name, namespec).thenCompose(process -> {
            if (name.equals("slow") && wait) {
                CompletableFuture<Void> started = new CompletableFuture<>();
                waiting.add(started);
                return started;
            }
            return process.state().isRunning() ? refuse(Refusal.ALREADY_STARTED, namespec) : done();
        });
    }

    @Override
    public CompletableFuture<List<Outcome>> startGroup(String group, boolean wait) {
        asked.add("startGroup " + group + " " + wait);
        return outcomes(group, process -> !process.state().isRunning());
    }

    @Override
    public CompletableFuture<List<Outcome>> startAll(boolean wait) {
        asked.add("startAll " + wait);
        return answer(() -> outcomesOf(process -> !process.state().isRunning()));
    }

    @Override
    public CompletableFuture<Void> stop(String group, String name, String namespec, boolean wait) {
        asked.add("stop " + group + ":" + name + " " + wait);
        return find(group, name, namespec)
                .thenCompose(process -> process.state().isRunning() ? done() : refuse(Refusal.NOT_RUNNING, namespec));
    }

    @Override
    public CompletableFuture<List<Outcome>> stopGroup(String group, boolean wait) {
        asked.add("stopGroup " + group + " " + wait);
        return outcomes(group, process -> process.state().isRunning());
    }

    @Override
    public CompletableFuture<List<Outcome>> stopAll(boolean wait) {
        asked.add("stopAll " + wait);
        return answer(() -> outcomesOf(process -> process.state().isRunning()));
    }

    @Override
    public CompletableFuture<Void> reload(String group) {
        asked.add("reload " + group);
        return done();
    }

    @Override
    public CompletableFuture<Void> upgrade(String group) {
        asked.add("upgrade " + group);
        return done();
    }

    @Override
    public CompletableFuture<Void> scale(String group, int count) {
        asked.add("scale " + group + " " + count);
        return done();
    }

    @Override
    public CompletableFuture<Boolean> update(String group) {
        asked.add("update " + group);
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<Void> signal(String group, String name, String namespec, int signal) {
        asked.add("signal " + group + ":" + name + " " + signal);
        return find(group, name, namespec)
                .thenCompose(
                        process -> process.state().isSignallable() ? done() : refuse(Refusal.NOT_RUNNING, namespec));
    }

    @Override
    public CompletableFuture<List<Outcome>> signalGroup(String group, int signal) {
        asked.add("signalGroup " + group + " " + signal);
        return outcomes(group, process -> process.state().isSignallable());
    }

    @Override
    public CompletableFuture<List<Outcome>> signalAll(int signal) {
        asked.add("signalAll " + signal);
        return answer(() -> outcomesOf(process -> process.state().isSignallable()));
    }

    @Override
    public CompletableFuture<Void> writeStdin(String group, String name, String namespec, byte[] bytes) {
        asked.add("writeStdin " + group + ":" + name + " " + new String(bytes, StandardCharsets.UTF_8));
        return find(group, name, namespec)
                .thenCompose(process -> process.pid() > 0 ? done() : refuse(Refusal.NOT_RUNNING, namespec));
    }

    @Override
    public CompletableFuture<Void> clearLogs(String group, String name, String namespec) {
        asked.add("clearLogs " + group + ":" + name);
        return find(group, name, namespec).thenCompose(process -> done());
    }

    @Override
    public CompletableFuture<List<Outcome>> clearAllLogs() {
        asked.add("clearAllLogs");
        return answer(() -> outcomesOf(all -> true));
    }

    @Override
    public CompletableFuture<GroupDiff> reloadConfig() {
        asked.add("reloadConfig");
        return answer(() -> new GroupDiff(List.of("new"), List.of(), List.of("old")));
    }

    @Override
    public CompletableFuture<Void> addGroup(String group) {
        asked.add("addGroup " + group);
        return sorted(process -> process.group().equals(group)).isEmpty()
                ? refuse(Refusal.BAD_NAME, group)
                : refuse(Refusal.ALREADY_ADDED, group);
    }

    @Override
    public CompletableFuture<Void> removeGroup(String group) {
        asked.add("removeGroup " + group);
        List<ProcessSnapshot> members = sorted(process -> process.group().equals(group));
        if (members.isEmpty()) {
            return refuse(Refusal.BAD_NAME, group);
        }
        return members.stream().allMatch(process -> process.state().isStopped())
                ? done()
                : refuse(Refusal.STILL_RUNNING, group);
    }

    @Override
    public CompletableFuture<List<ConfiguredProcess>> configuration() {
        return answer(() -> sorted(all -> true).stream()
                .map(process -> new ConfiguredProcess(process.group(), 999, true, process.config()))
                .sorted(Comparator.comparing(process -> process.config().name()))
                .toList());
    }

    @Override
    public CompletableFuture<Void> remoteCommEvent(String type, String data) {
        asked.add("remoteCommEvent " + type + " " + data);
        return done();
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        asked.add("shutdown");
        return done();
    }

    @Override
    public CompletableFuture<Void> restart() {
        asked.add("restart");
        return done();
    }

    private List<ProcessSnapshot> sorted(Predicate<ProcessSnapshot> which) {
        return processes.stream()
                .filter(which)
                .sorted(Comparator.comparing(ProcessSnapshot::group).thenComparing(ProcessSnapshot::name))
                .toList();
    }

    private CompletableFuture<ProcessSnapshot> find(String group, String name, String namespec) {
        List<ProcessSnapshot> found = sorted(
                process -> process.group().equals(group) && process.name().equals(name));
        return found.isEmpty() ? refuse(Refusal.BAD_NAME, namespec) : answer(() -> found.get(0));
    }

    private CompletableFuture<List<Outcome>> outcomes(String group, Predicate<ProcessSnapshot> which) {
        return sorted(process -> process.group().equals(group)).isEmpty()
                ? refuse(Refusal.BAD_NAME, group)
                : answer(() -> outcomesOf(which.and(process -> process.group().equals(group))));
    }

    private List<Outcome> outcomesOf(Predicate<ProcessSnapshot> which) {
        return sorted(which).stream()
                .map(process -> new Outcome(process.group(), process.name(), Optional.empty()))
                .toList();
    }

    private CompletableFuture<Void> done() {
        return answer(() -> null);
    }

    private <T> CompletableFuture<T> answer(Supplier<T> value) {
        return CompletableFuture.supplyAsync(value, loop);
    }

    private <T> CompletableFuture<T> refuse(Refusal refusal, String detail) {
        return answer(() -> detail)
                .thenCompose(name -> CompletableFuture.failedFuture(new RefusedException(refusal, name)));
    }
}
