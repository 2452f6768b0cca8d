package corral.daemon.process;

import corral.daemon.config.Autorestart;
import corral.daemon.config.ServerRole;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the daemon cannot do without: a program with {@code on_fatal=exit}, and the application of a server with
 * {@code boot_failure=exit} until a worker has loaded it and its front listens. Of such a server one worker starts first and the others when it is
 * ready: what is wrong with the application is said once. Loop thread.
 */
final class FatalPolicy {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** What a worker exits with when it cannot load its application. */
    private static final Set<Integer> LOAD_FAILURES = Set.of(3, 4);

    private final Supervisor supervisor;
    private final Set<String> booted = new HashSet<>();
    private final Set<String> listening = new HashSet<>();

    FatalPolicy(Supervisor supervisor) {
        this.supervisor = supervisor;
    }

    /** The daemon begins (again). */
    void begin() {
        booted.clear();
        listening.clear();
    }

    /** A group is gone; one of its name that comes later is another one. */
    void forget(String group) {
        booted.remove(group);
        listening.remove(group);
    }

    /** Whether a process may start by itself now, or is to wait for the first worker. */
    boolean mayStart(ManagedProcess process) {
        return !(role(process) instanceof ServerRole.Worker worker)
                || !worker.exitOnBootFailure()
                || worker.index() == 0
                || booted.contains(process.group());
    }

    /** A process that an earlier daemon had: what has once worked need not show it again. */
    void resume(ManagedProcess process, State now) {
        if (now == State.RUNNING || now == State.STOPPING) {
            if (role(process) instanceof ServerRole.Worker) {
                booted.add(process.group());
            } else if (role(process) instanceof ServerRole.Front) {
                listening.add(process.group());
            }
        }
    }

    /** A process that has its name in its group is in another state; successors are none of its business. */
    void onTransition(ManagedProcess process, State to) {
        releaseWorkers(process, to);
        switch (to) {
            case RUNNING, FATAL, BACKOFF -> judge(process, to);
            case STOPPED, STARTING, STOPPING, EXITED, UNKNOWN -> {}
        }
    }

    /** Workers that wait to be forked from a template do so for nothing if it does not come back by itself. */
    private void releaseWorkers(ManagedProcess process, State to) {
        boolean over = to == State.FATAL
                || to == State.STOPPED
                || (to == State.EXITED && process.config().autorestart() != Autorestart.ALWAYS);
        if (over && role(process) instanceof ServerRole.Template) {
            String reason = to == State.FATAL ? process.failure() : "it does not run";
            supervisor.ports().spawner().withoutTemplate(process.group(), reason);
        }
    }

    private void judge(ManagedProcess process, State state) {
        if (state == State.FATAL && process.config().additions().exitOnFatal()) {
            end(process, "cannot be started");
        }
        if (role(process) instanceof ServerRole.Worker worker && worker.exitOnBootFailure()) {
            judgeBoot(process, state);
        } else if (role(process) instanceof ServerRole.Template template && template.exitOnBootFailure()) {
            judgeTemplate(process, state);
        } else if (role(process) instanceof ServerRole.Front front && front.exitOnBootFailure()) {
            judgeFront(process, state);
        }
    }

    private void judgeFront(ManagedProcess front, State state) {
        if (state == State.RUNNING) {
            listening.add(front.group());
        } else if (!listening.contains(front.group())) {
            end(front, "cannot start");
        }
    }

    private void judgeBoot(ManagedProcess worker, State state) {
        if (state != State.BACKOFF && booted.add(worker.group())) {
            post("start the other workers", () -> startOthers(worker.group()));
        } else if (state == State.BACKOFF
                && !booted.contains(worker.group())
                && LOAD_FAILURES.contains(worker.failureStatus())) {
            end(worker, "cannot load its application");
        }
    }

    /** It loads the application for all workers; whether that starts, the first of them shows. */
    private void judgeTemplate(ManagedProcess template, State state) {
        if (state == State.BACKOFF
                && !booted.contains(template.group())
                && LOAD_FAILURES.contains(template.failureStatus())) {
            end(template, "cannot load its application");
        }
    }

    private void startOthers(String name) {
        if (supervisor.state() == SupervisorState.RUNNING) {
            supervisor.group(name).ifPresent(group -> group.processes().forEach(ManagedProcess::autostart));
        }
    }

    private void end(ManagedProcess process, String why) {
        int status = process.failureStatus();
        if (supervisor.state() == SupervisorState.RUNNING) {
            log.error(
                    "'{}' {} ({}): shutting down with exit status {}",
                    process.namespec(),
                    why,
                    process.snapshot().spawnError(),
                    status);
            post("end of the daemon", () -> supervisor.shutdown(status));
        }
    }

    /** Posted: the process is still inside its own event. */
    private void post(String name, Runnable event) {
        supervisor.ports().loop().post(name, event);
    }

    private static ServerRole role(ManagedProcess process) {
        return process.config().additions().role().orElse(null);
    }
}
