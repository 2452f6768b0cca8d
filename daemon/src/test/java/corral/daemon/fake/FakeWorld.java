package corral.daemon.fake;

import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import corral.daemon.fault.FaultPoints;
import corral.daemon.process.ExitStatus;
import corral.daemon.process.LogPaths;
import corral.daemon.process.Outputs;
import corral.daemon.process.Ports;
import corral.daemon.process.Records;
import corral.daemon.process.RefusedException;
import corral.daemon.process.Senses;
import corral.daemon.process.Signals;
import corral.daemon.process.Spawner;
import corral.daemon.process.Transition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An operating system for the state machine: pids, launches that wait to be answered, signals that are remembered. */
public final class FakeWorld implements Spawner, Signals, Outputs, Senses {

    /** A launch that nobody has answered yet. */
    public record Launch(Request request, Listener listener) {}

    /** A signal that was sent. */
    public record Sent(int pid, boolean toGroup, int signal) {}

    private final ManualLoop loop = new ManualLoop();
    private final ArrayDeque<Launch> launches = new ArrayDeque<>();
    private final List<Sent> signals = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final Map<Integer, Boolean> groups = new TreeMap<>();
    private final List<String> released = new ArrayList<>();
    private final List<Integer> leaving = new ArrayList<>();
    private final List<Integer> ended = new ArrayList<>();
    private String written = "";
    private Runnable beforeDrained = () -> {};
    private final ArrayDeque<Consumer<Optional<String>>> probes = new ArrayDeque<>();
    private final Map<Integer, Long> memory = new TreeMap<>();
    private final List<Launch> cancelled = new ArrayList<>();
    private final List<String> hopeless = new ArrayList<>();
    private Records records = Records.none();
    private Result result = Result.SENT;
    private int nextPid = 100;
    private boolean kernelLimitsMemory = true;

    /** The ports that lead here. */
    public Ports ports() {
        return new Ports(loop, this, this, this, this, records, transitions::add, FaultPoints.NONE);
    }

    /** The loop. */
    public ManualLoop loop() {
        return loop;
    }

    /** Signals other than probes, in order; forgotten by the call. */
    public List<Sent> takeSignals() {
        List<Sent> taken = signals.stream().filter(sent -> sent.signal() != 0).toList();
        signals.clear();
        return taken;
    }

    /** Transitions since the last call. */
    public List<Transition> takeTransitions() {
        List<Transition> taken = List.copyOf(transitions);
        transitions.clear();
        return taken;
    }

    /** What is to be known later goes there; for ports that are asked for after this. */
    public void records(Records keeper) {
        records = keeper;
    }

    /** Whoever has lived here is dead: what was asked for is not answered any more, except that launches may have happened. */
    public List<Launch> die() {
        List<Launch> underWay = List.copyOf(launches);
        launches.clear();
        probes.clear();
        cancelled.clear();
        loop.forget();
        return underWay;
    }

    /** A pid that nobody has yet. */
    public int newPid() {
        return nextPid++;
    }

    /** Groups that were released. */
    public List<String> released() {
        return List.copyOf(released);
    }

    /** Launches from whose children somebody takes over. */
    public List<Integer> leaving() {
        return List.copyOf(leaving);
    }

    /** Launches whose children have been reaped, or that failed. */
    public List<Integer> ended() {
        return List.copyOf(ended);
    }

    /** What a drain brings to light from now on. */
    public void beforeDrained(Runnable event) {
        beforeDrained = event;
    }

    /** What every process writes to its log from now on. */
    public void write(String text) {
        written = text;
    }

    /** Groups whose template will not come, with the reasons. */
    public List<String> hopeless() {
        return List.copyOf(hopeless);
    }

    /** What waits to be launched, oldest first. */
    public List<String> waiting() {
        return launches.stream().map(launch -> launch.request().config().name()).toList();
    }

    /** How many launches wait. */
    public int launches() {
        return launches.size();
    }

    /** Number of the oldest launch that waits. */
    public int oldestLaunch() {
        return launches.element().request().launch();
    }

    /** Answers the oldest launch with a new pid. */
    public int succeed() {
        Launch launch = launches.remove();
        int pid = nextPid++;
        launch.listener().onSpawned(pid, loop.nowNs());
        return pid;
    }

    /** Answers the oldest launch with an error. */
    public void fail(String error) {
        launches.remove().listener().onSpawnFailed(error);
    }

    /** How many health checks wait for their result. */
    public int probes() {
        return probes.size();
    }

    /** Answers the oldest health check: with a reason why it failed, or an empty text for success. */
    public void answerProbe(String reason) {
        probes.remove().accept(Optional.of(reason).filter(text -> !text.isEmpty()));
    }

    /** How much memory a process has from now on, in bytes. */
    public void memory(int pid, long bytes) {
        memory.put(pid, bytes);
    }

    /** Whether the kernel holds memory_max. */
    public void kernelLimitsMemory(boolean does) {
        kernelLimitsMemory = does;
    }

    @Override
    public boolean limitsMemory(int pid) {
        return kernelLimitsMemory;
    }

    /** What kill answers from now on. */
    public void answerSignalsWith(Result answer) {
        this.result = answer;
    }

    /** Whether a process group still has members after its leader has gone. */
    public void groupLives(int pid, boolean lives) {
        groups.put(pid, lives);
    }

    /** An ordinary exit. */
    public static ExitStatus exit(int code) {
        return ExitStatus.exited(code);
    }

    /** Death by a signal. */
    public static ExitStatus killed(int signal) {
        return ExitStatus.fromWaitStatus(signal);
    }

    @Override
    public void check(ProcessConfig config, Consumer<Optional<RefusedException>> answer) {
        loop.post("checked", () -> answer.accept(Optional.empty()));
    }

    @Override
    public void spawn(Request request, Listener listener) {
        launches.add(new Launch(request, listener));
    }

    @Override
    public void leaves(String group, int launch) {
        leaving.add(launch);
    }

    @Override
    public void ended(String group, int launch) {
        ended.add(launch);
    }

    @Override
    public Since since(String logfile) {
        return maxBytes -> CompletableFuture.completedFuture(written);
    }

    @Override
    public void cancel(Request request) {
        // All others are under way, and cannot be taken back.
        boolean waits = request.config().additions().role().orElse(null) instanceof ServerRole.Worker worker
                && worker.preloaded();
        if (waits && launches.removeIf(launch -> launch.request().equals(request) && cancelled.add(launch))) {
            cancelled.forEach(
                    launch -> loop.post("cancelled", () -> launch.listener().onSpawnFailed("stopped")));
            cancelled.clear();
        }
    }

    @Override
    public void withoutTemplate(String group, String reason) {
        hopeless.add(group + ": " + reason);
    }

    @Override
    public void release(String group) {
        released.add(group);
    }

    @Override
    public Result send(int pid, boolean toGroup, int signal) {
        if (signal == 0 && toGroup) {
            return groups.getOrDefault(pid, false) ? Result.SENT : Result.NO_SUCH_PROCESS;
        }
        signals.add(new Sent(pid, toGroup, signal));
        return result;
    }

    @Override
    public LogPaths activate(String group, ProcessConfig config) {
        return new LogPaths("/log/" + group + "." + config.name() + ".out", "");
    }

    @Override
    public void drain(String group, String name, Runnable done) {
        loop.post("drained", () -> {
            beforeDrained.run();
            done.run();
        });
    }

    @Override
    public CompletableFuture<Void> clear(String group, String name, LogPaths logs) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> writeStdin(String group, String name, byte[] bytes) {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public void probe(String group, ProcessConfig config, Consumer<Optional<String>> answer) {
        probes.add(answer);
    }

    @Override
    public void memory(List<Integer> pids, Consumer<Map<Integer, Long>> answer) {
        Map<Integer, Long> seen = new TreeMap<>(memory);
        seen.keySet().retainAll(pids);
        loop.post("memory", () -> answer.accept(seen));
    }
}
