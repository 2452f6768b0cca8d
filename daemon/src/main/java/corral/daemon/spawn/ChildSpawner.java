package corral.daemon.spawn;

import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import corral.daemon.config.UserId;
import corral.daemon.fault.FaultPoints;
import corral.daemon.loop.Clock;
import corral.daemon.loop.Loop;
import corral.daemon.os.DescriptorLink;
import corral.daemon.os.NativeSpawner;
import corral.daemon.os.OsException;
import corral.daemon.os.SetuidException;
import corral.daemon.process.FdAction;
import corral.daemon.process.RefusedException;
import corral.daemon.process.SpawnPlan;
import corral.daemon.process.Spawner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The spawner thread: takes requests in order, launches children, answers on the loop. */
public final class ChildSpawner implements Spawner {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int FIRST_FD = 3;
    private static final int EAGAIN = 11;

    /** What the spawner needs from the rest of the daemon. */
    public interface Surroundings {

        /** Makes the native spawner; called once, on the spawner thread, whose directory and umask it will own. */
        NativeSpawner nativeSpawner() throws OsException;

        /** A child runs: somebody must wait for it. Any thread. */
        void launched(int pid);

        /** Hears that a launch has come to a step. */
        FaultPoints faults();

        /** What children may use. */
        Confinement confinement();

        /** A connection to a template that is about to be launched. */
        DescriptorLink.Pair templateLink() throws OsException;

        /** The connection to a template that an earlier daemon has launched. */
        DescriptorLink templateLink(int descriptor);
    }

    private final Loop loop;
    private final Clock clock;
    private final ChildStdio stdio;
    private final LaunchSockets sockets;
    private final Map<String, String> environment;
    private final Surroundings surroundings;
    private final BlockingQueue<Runnable> requests = new LinkedBlockingQueue<>();
    private final Templates templates = new Templates();
    private final AtomicReference<CountDownLatch> resumption = new AtomicReference<>();
    private NativeSpawner nativeSpawner;

    /**
     * A spawner that {@link #start} sets going.
     *
     * @param environment of the daemon, as children inherit it
     */
    public ChildSpawner(
            Loop loop,
            Clock clock,
            ChildStdio stdio,
            LaunchSockets sockets,
            Map<String, String> environment,
            Surroundings surroundings) {
        this.loop = loop;
        this.clock = clock;
        this.stdio = stdio;
        this.sockets = sockets;
        this.environment = Map.copyOf(environment);
        this.surroundings = surroundings;
    }

    /** Starts the thread, which lives as long as the daemon. */
    public void start() {
        Thread thread = new Thread(null, this::run, "spawner");
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs something on this thread, in order with the launches: file work that they depend on. */
    public void execute(Runnable request) {
        requests.add(request);
    }

    @Override
    public void check(ProcessConfig config, Consumer<Optional<RefusedException>> answer) {
        requests.add(() -> {
            Optional<RefusedException> refused = check(config);
            loop.post("checked " + config.name(), () -> answer.accept(refused));
        });
    }

    @Override
    public void spawn(Request request, Listener listener) {
        requests.add(() -> launch(request, listener));
    }

    @Override
    public void resume(Request request, int pid, Runnable done) {
        requests.add(() -> {
            try {
                sockets.resume(request, pid);
                if (request.config().additions().role().orElse(null) instanceof ServerRole.Template) {
                    templates.resume(request, pid, sockets.bag(), surroundings::templateLink);
                }
            } finally {
                loop.post("resumed " + request.config().name(), done);
            }
        });
    }

    @Override
    public void resumed(Set<String> groups) {
        Set<String> names = Set.copyOf(groups);
        requests.add(() -> sockets.resumed(names));
    }

    /**
     * All open descriptors by name, for the next daemon, once what was asked for so far is done; what is asked for later waits
     * until {@link #goOn}. What processes say from then on waits in their notify sockets. Waits; any thread but the loop's
     * and this one's.
     */
    public Map<String, Integer> handOver() {
        CompletableFuture<Map<String, Integer>> answer = new CompletableFuture<>();
        CountDownLatch released = new CountDownLatch(1);
        resumption.set(released);
        requests.add(() -> {
            Map<String, Integer> all = new HashMap<>(sockets.handOver());
            all.putAll(templates.handOver());
            answer.complete(all);
            awaitUninterruptibly(released);
            templates.goOn();
            sockets.goOn();
        });
        return answer.join();
    }

    /** Nobody has taken over: all goes on. Any thread. */
    public void goOn() {
        CountDownLatch waiting = resumption.getAndSet(null);
        if (waiting != null) {
            waiting.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // Nobody interrupts this thread.
            }
        }
    }

    @Override
    public void leaves(String group, int launch) {
        requests.add(() -> sockets.leaves(group, launch));
    }

    @Override
    public void ended(String group, int launch) {
        requests.add(() -> sockets.ended(group, launch));
    }

    @Override
    public void cancel(Request request) {
        requests.add(() -> templates.cancel(request));
    }

    @Override
    public void withoutTemplate(String group, String reason) {
        requests.add(() -> templates.abandon(group, reason));
    }

    @Override
    public void release(String group) {
        requests.add(() -> {
            templates.release(group);
            sockets.release(group);
        });
    }

    /** Launches a child that is nobody's process. Spawner thread. */
    int launch(SpawnPlan plan) throws OsException {
        int pid = nativeSpawner.spawn(plan);
        surroundings.confinement().ordinary(pid);
        surroundings.launched(pid);
        return pid;
    }

    /** Closes all sockets, when nothing runs any more; completes on this thread. */
    public CompletableFuture<Void> end() {
        return CompletableFuture.runAsync(sockets::releaseAll, this::execute);
    }

    private void run() {
        try {
            nativeSpawner = surroundings.nativeSpawner();
        } catch (OsException e) {
            log.error("no child can be launched", e);
        }
        while (true) {
            try {
                requests.take().run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | OutOfMemoryError e) {
                // The latter is what the JVM says when it may not have another thread.
                log.error("spawner: unexpected", e);
            }
        }
    }

    private Optional<RefusedException> check(ProcessConfig config) {
        try {
            Executables.find(CommandWords.split(config.command()).get(0), config, environment);
            return Optional.empty();
        } catch (LaunchException e) {
            return Optional.of(e.asRefusal());
        }
    }

    private void launch(Request request, Listener listener) {
        try {
            if (templates.serve(request)) {
                fork(request, listener);
            } else {
                long atNs = clock.nanoTime();
                spawned(request, listener, spawn(request), atNs);
            }
        } catch (LaunchException e) {
            failed(request, listener, e.getMessage());
        } catch (RuntimeException e) {
            log.error("spawner: launching '{}' failed", request.config().name(), e);
            failed(request, listener, "unknown error during spawn: " + e);
        }
    }

    /** Any thread. */
    private void spawned(Request request, Listener listener, int pid, long atNs) {
        // On the loop first: the exit must not overtake the launch.
        loop.post("spawned " + request.config().name(), () -> listener.onSpawned(pid, atNs));
        surroundings.launched(pid);
    }

    /** Any thread. */
    private void failed(Request request, Listener listener, String reason) {
        loop.post("spawn failed " + request.config().name(), () -> listener.onSpawnFailed(reason));
    }

    /** A worker is not launched, but forked from the process that has loaded its application. */
    private void fork(Request request, Listener listener) throws LaunchException {
        ProcessConfig config = request.config();
        Optional<Template> template = templates.current(request.group());
        if (template.isEmpty()) {
            templates.hold(request, () -> launch(request, listener), reason -> failed(request, listener, reason));
            return;
        }
        List<String> words = CommandWords.split(config.command());
        LaunchSockets.Extras extras = sockets.prepare(request);
        // Without the interpreter and what it runs.
        List<String> arguments = new ArrayList<>(words.subList(2, words.size()));
        arguments.addAll(extras.arguments());
        List<String> variables = ChildEnvironment.of(environment, request.group(), config, extras.environment());
        ChildStdio.Ends ends = openStdio(request);
        template.get().fork(new Template.Order(request, arguments, variables, ends), answer -> {
            stdio.close(ends);
            onAnswer(request, listener, answer);
        });
    }

    /** The template's thread. */
    private void onAnswer(Request request, Listener listener, Template.Answer answer) {
        if (answer instanceof Template.Answer.Forked forked) {
            surroundings.confinement().onForked(forked.pid(), request);
            spawned(request, listener, forked.pid(), clock.nanoTime());
        } else if (answer instanceof Template.Answer.Failed failure) {
            failed(request, listener, failure.reason());
        } else if (answer instanceof Template.Answer.Orphan) {
            requests.add(() -> {
                if (templates.giveUp(request.group())) {
                    log.warn(
                            "workers forked from the template of '{}' do not become children of corrald here"
                                    + " (PR_SET_CHILD_SUBREAPER): they are launched as without preload_app",
                            request.group());
                }
                launch(request, listener);
            });
        } else {
            // From an older one that still runs, or the next.
            requests.add(() -> launch(request, listener));
        }
    }

    private int spawn(Request request) throws LaunchException {
        ProcessConfig config = request.config();
        List<String> argv = new ArrayList<>(CommandWords.split(config.command()));
        String path = Executables.find(argv.get(0), config, environment);
        LaunchSockets.Extras extras = sockets.prepare(request);
        argv.addAll(extras.arguments());
        ChildStdio.Ends ends = openStdio(request);
        surroundings.faults().reached("spawn.stdio-open");
        List<FdAction> descriptors = new ArrayList<>(
                List.of(new FdAction(ends.stdin(), 0), new FdAction(ends.stdout(), 1), new FdAction(ends.stderr(), 2)));
        descriptors.addAll(extras.descriptors());
        Optional<DescriptorLink.Pair> link = templateLink(request);
        if (link.isPresent()) {
            int target = FIRST_FD + extras.descriptors().size();
            descriptors.add(new FdAction(link.get().theirs(), target));
            argv.add("--template=" + target);
        }
        try {
            SpawnPlan plan = new SpawnPlan(
                    path,
                    argv,
                    ChildEnvironment.of(environment, request.group(), config, extras.environment()),
                    config.directory(),
                    config.umask(),
                    config.user(),
                    descriptors);
            int pid = surroundings.confinement().spawn(nativeSpawner, plan, request);
            surroundings.faults().reached("spawn.launched");
            link.ifPresent(pair -> templates.add(
                    request.group(), new Template(config.name() + " " + pid, request.launch(), pair.take())));
            return pid;
        } catch (OsException e) {
            throw explain(e, request, ends);
        } finally {
            stdio.close(ends);
            link.ifPresent(DescriptorLink.Pair::close);
        }
    }

    private Optional<DescriptorLink.Pair> templateLink(Request request) throws LaunchException {
        ProcessConfig config = request.config();
        if (!(config.additions().role().orElse(null) instanceof ServerRole.Template)) {
            return Optional.empty();
        }
        templates.expect(request.group());
        try {
            return Optional.of(surroundings.templateLink());
        } catch (OsException e) {
            throw LaunchException.notExecutable("socket of '" + config.name() + "': " + e.getMessage());
        }
    }

    private ChildStdio.Ends openStdio(Request request) throws LaunchException {
        try {
            return stdio.open(request);
        } catch (OsException e) {
            throw LaunchException.withoutStdio(request.config().name(), e);
        }
    }

    /** What Supervisor's forked child would have written before it exited with 127 goes to the child's log here too. */
    private LaunchException explain(OsException e, Request request, ChildStdio.Ends ends) {
        ProcessConfig config = request.config();
        if (e.errno() == EAGAIN && e.step().equals("exec")) {
            return LaunchException.notExecutable(
                    "Too many processes in process table to spawn '" + config.name() + "'");
        }
        String text = switch (e.step()) {
            case "setuid" ->
                "couldn't setuid to " + config.user().map(UserId::uid).orElse(0) + ": "
                        + ((SetuidException) e).reason();
            case "chdir" -> "couldn't chdir to " + config.directory().orElse("") + ": " + e.errnoName();
            default -> "couldn't exec " + firstWord(config) + ": " + e.errnoName();
        };
        stdio.say(ends, "supervisor: " + text + "\nsupervisor: child process was not spawned\n");
        return LaunchException.notExecutable(text);
    }

    private static String firstWord(ProcessConfig config) {
        try {
            return CommandWords.split(config.command()).get(0);
        } catch (LaunchException e) {
            return config.command();
        }
    }
}
