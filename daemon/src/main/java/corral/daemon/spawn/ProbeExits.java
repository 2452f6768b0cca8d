package corral.daemon.spawn;

import corral.daemon.process.ExitStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells the exits of probes from those of processes: a probe may be reaped before its launch has returned. Called by the spawner and the
 * reaper; whoever finds the owner of an exit tells him.
 */
public final class ProbeExits {

    /** An exit that may be that of a launch that has not returned. */
    private record Early(ExitStatus status, Runnable other) {}

    private final Map<Integer, Consumer<ExitStatus>> owners = new HashMap<>();
    private final Map<Integer, Early> early = new HashMap<>();
    private boolean launching;

    /** A probe is about to be launched. */
    synchronized void begin() {
        launching = true;
    }

    /** The launch has returned; {@code pid} is 0 if nothing was launched. */
    void end(int pid, Consumer<ExitStatus> owner) {
        Early own;
        List<Early> others;
        synchronized (this) {
            launching = false;
            own = early.remove(pid);
            others = new ArrayList<>(early.values());
            early.clear();
            if (own == null && pid != 0) {
                owners.put(pid, owner);
            }
        }
        others.forEach(exit -> exit.other().run());
        if (own != null) {
            owner.accept(own.status());
        }
    }

    /**
     * A child was reaped.
     *
     * @param other what is to be done if it was none of the probes
     */
    public void onReaped(int pid, ExitStatus status, Runnable other) {
        Consumer<ExitStatus> owner;
        synchronized (this) {
            owner = owners.remove(pid);
            if (owner == null && launching) {
                early.put(pid, new Early(status, other));
                return;
            }
        }
        if (owner == null) {
            other.run();
        } else {
            owner.accept(status);
        }
    }
}
