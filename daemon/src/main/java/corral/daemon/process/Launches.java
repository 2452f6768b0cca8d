package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which process asked for which launch and has which pid, so that two processes of one name are told apart. Stands between
 * the processes and the spawner, and knows whether an unknown exit may belong to a launch that is under way. Loop thread.
 */
final class Launches implements Spawner {
    private static final Logger log = LoggerFactory.getLogger("corral");

    /** An exit that was reaped before the launch of its process had been announced. */
    private record EarlyExit(ExitStatus status, long atNs) {}

    private final Spawner target;
    private final Outputs outputs;
    private final Map<Integer, ManagedProcess> byLaunch = new HashMap<>();
    private final Map<Integer, ManagedProcess> byPid = new HashMap<>();
    private final Map<Integer, EarlyExit> earlyExits = new HashMap<>();
    private int launches;
    private int inFlight;

    Launches(Spawner target, Outputs outputs) {
        this.target = target;
        this.outputs = outputs;
    }

    /** The number of the launch that a process is about to ask for. */
    int number(ManagedProcess process) {
        byLaunch.put(++launches, process);
        return launches;
    }

    /** Who said something; nobody once it has been reaped. */
    Optional<ManagedProcess> of(int launch) {
        return Optional.ofNullable(byLaunch.get(launch));
    }

    /** The child of an earlier daemon's launch runs, or its end has not been told yet: {@link #onReaped} will tell. */
    void resume(ManagedProcess process, int pid) {
        int launch = process.launchNumber();
        launches = Math.max(launches, launch);
        byLaunch.put(launch, process);
        byPid.put(pid, process);
    }

    /** No launch from now on has a number up to this. */
    void skip(int number) {
        launches = Math.max(launches, number);
    }

    /** A child was reaped. */
    void onReaped(int pid, ExitStatus status, long atNs) {
        ManagedProcess process = byPid.get(pid);
        if (process != null) {
            // Its last words belong in the log before anyone hears that it is gone.
            outputs.drain(process.group(), process.name(), () -> finish(pid, status, atNs));
        } else if (inFlight > 0) {
            earlyExits.put(pid, new EarlyExit(status, atNs));
        } else {
            log.info("reaped unknown pid {} ({})", pid, status.text());
        }
    }

    private void finish(int pid, ExitStatus status, long atNs) {
        ManagedProcess process = byPid.remove(pid);
        if (process != null) {
            int launch = process.launchNumber();
            byLaunch.remove(launch);
            ended(process.group(), launch);
            process.onExited(status, atNs);
        }
    }

    @Override
    public void resume(Request request, int pid, Runnable done) {
        target.resume(request, pid, done);
    }

    @Override
    public void resumed(Set<String> groups) {
        target.resumed(groups);
    }

    @Override
    public void cancel(Request request) {
        target.cancel(request);
    }

    @Override
    public void withoutTemplate(String group, String reason) {
        target.withoutTemplate(group, reason);
    }

    @Override
    public void check(ProcessConfig config, Consumer<Optional<RefusedException>> answer) {
        target.check(config, answer);
    }

    @Override
    public void leaves(String group, int launch) {
        target.leaves(group, launch);
    }

    @Override
    public void ended(String group, int launch) {
        target.ended(group, launch);
    }

    @Override
    public void release(String group) {
        target.release(group);
    }

    @Override
    public void spawn(Request request, Listener listener) {
        inFlight++;
        target.spawn(request, new Listener() {
            @Override
            public void onSpawned(int pid, long atNs) {
                inFlight--;
                byPid.put(pid, byLaunch.get(request.launch()));
                listener.onSpawned(pid, atNs);
                settleEarlyExits(pid);
            }

            @Override
            public void onSpawnFailed(String error) {
                inFlight--;
                byLaunch.remove(request.launch());
                ended(request.group(), request.launch());
                listener.onSpawnFailed(error);
                settleEarlyExits(0);
            }
        });
    }

    private void settleEarlyExits(int pid) {
        EarlyExit exit = earlyExits.remove(pid);
        if (exit != null) {
            onReaped(pid, exit.status(), exit.atNs());
        }
        if (inFlight == 0) {
            earlyExits.forEach((unknown, e) ->
                    log.info("reaped unknown pid {} ({})", unknown, e.status().text()));
            earlyExits.clear();
        }
    }
}
