package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import corral.daemon.loop.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process leaves in its process group when it ends before its children do. With {@code killasgroup} none of it may
 * stay: it is asked to stop, has {@code stopwaitsecs}, and is then killed. (Supervisor forgets it, and its successor finds the
 * port in use.) Lives on the loop.
 */
final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int SIGKILL = 9;
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** What is still there a second after SIGKILL are zombies that somebody else has to reap. */
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final Signals signals;
    private final ProcessConfig config;
    private final List<Runnable> waiting = new ArrayList<>();
    private int group;
    private long killAtNs;
    private boolean killed;

    Leftovers(Ports ports, ProcessConfig config) {
        this.loop = ports.loop();
        this.signals = ports.signals();
        this.config = config;
    }

    /** Whether nothing is left. */
    boolean isEmpty() {
        return group == 0;
    }

    /**
     * The leader of a group has been reaped.
     *
     * @param asked whether the group has got the stop signal already
     * @param killAt when its time is over, monotonic
     */
    void onLeaderGone(int pid, boolean asked, long killAt) {
        if (!config.killasgroup() || signals.send(pid, true, 0) != Signals.Result.SENT) {
            return;
        }
        group = pid;
        killAtNs = killAt;
        killed = false;
        if (!asked) {
            log.warn("stopping what '{}' ({}) left in its process group", config.name(), pid);
            signals.send(pid, true, config.stopsignal());
        }
        poll();
    }

    /** The process group that is left, 0 for none. */
    int group() {
        return group;
    }

    /** When it is killed; monotonic. */
    long killAtNs() {
        return killAtNs;
    }

    /** Goes on where another daemon has stopped: this group had until then. */
    void resume(int left, long killAt) {
        if (left != 0) {
            group = left;
            killAtNs = killAt;
            killed = false;
            poll();
        }
    }

    /** Runs something as soon as nothing is left, at once if nothing is. */
    void whenEmpty(Runnable action) {
        if (isEmpty()) {
            action.run();
        } else {
            waiting.add(action);
        }
    }

    private void poll() {
        long now = loop.nowNs();
        boolean gone = signals.send(group, true, 0) != Signals.Result.SENT;
        if (gone || (killed && now >= killAtNs + GRACE_NS)) {
            group = 0;
            List<Runnable> actions = List.copyOf(waiting);
            waiting.clear();
            actions.forEach(Runnable::run);
            return;
        }
        if (now >= killAtNs && !killed) {
            killed = true;
            log.warn("killing what '{}' ({}) left in its process group with SIGKILL", config.name(), group);
            signals.send(group, true, SIGKILL);
        }
        loop.at(this, now + POLL_NS, "leftovers of " + config.name(), this::poll);
    }
}
