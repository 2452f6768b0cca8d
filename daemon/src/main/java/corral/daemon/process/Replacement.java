package corral.daemon.process;

import corral.daemon.config.ServerRole;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process gives way to another of its name: the successor starts while the old one runs, takes its name when it is
 * ready, and only then the old one is stopped. A successor whose first attempt fails is dropped. An old one that ends by
 * itself gives the name away at once. If somebody stops the old one, the successor ends too. A template takes its place only when the
 * workers that are forked from it have theirs.
 *
 * <p>Whatever happens to either, {@link #proceed} looks at both and does what is next. Loop thread.
 */
final class Replacement {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private final ProcessGroup group;
    private final ManagedProcess old;
    private final ManagedProcess successor;
    private final FirstWords written;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    /** Whether the successor, though ready, leaves the old one its place until {@link #settle}. */
    private boolean standsBy;

    private boolean placed;
    private boolean over;

    /** One that {@link #begin} sets going. */
    Replacement(ProcessGroup group, ManagedProcess old, ManagedProcess successor, Outputs outputs) {
        this.group = group;
        this.old = old;
        this.successor = successor;
        this.written = new FirstWords(successor, outputs);
        this.standsBy = isTemplate(successor);
    }

    /**
     * Starts the successor; {@code proceed} is to be called soon after it has become ready or failed. What it depends on is waited for only if the
     * old one does not run.
     *
     * @return completes when the successor is ready in its place; FAILED with the reason and what it wrote, or that it was stopped
     */
    CompletableFuture<Void> begin(Dependencies dependencies, Runnable proceed) {
        group.addSuccessor(successor);
        if (!isUp(old)) {
            place();
        }
        log.info("starting the successor of '{}'{}", old.namespec(), old.pid() == 0 ? "" : " (" + old.pid() + ")");
        CompletableFuture<Void> started = placed ? dependencies.start(successor, false) : successor.start(false);
        started.thenCompose(ok -> successor.whenReady()).whenComplete((ok, error) -> proceed.run());
        return done;
    }

    /** As {@link #begin}, for a successor that has been started already. */
    CompletableFuture<Void> resume(Runnable proceed) {
        log.info("'{}' ({}) is still to be replaced by {}", old.namespec(), old.pid(), successor.pid());
        successor.whenReady().whenComplete((ok, error) -> proceed.run());
        proceed.run();
        return done;
    }

    ProcessGroup group() {
        return group;
    }

    /** Whether it is about this process, which is the old or the new one. */
    boolean concerns(ManagedProcess process) {
        return !over && (process == old || process == successor);
    }

    /** Whether this process has its name still and is to give it away. */
    boolean isReplacing(ManagedProcess process) {
        return process == old && !placed && !over;
    }

    /** Whether it has come to its end. */
    boolean isOver() {
        return over;
    }

    /** Does what is next. */
    void proceed() {
        if (over) {
            return;
        }
        if (!placed && isStopped(old)) {
            cancel();
            return;
        }
        if (!placed && (!isUp(old) || (successor.isReady() && !standsBy))) {
            place();
        }
        if (successor.isReady()) {
            if (!done.isDone()) {
                log.info("'{}' ({}) is ready", successor.namespec(), successor.pid());
            }
            over = placed;
            done.complete(null);
        } else if (!isUp(successor)) {
            fail();
        }
    }

    /** For a template whose workers have been replaced, or could not be: then the old one stays, and its workers with it. */
    void settle(boolean keep) {
        if (standsBy && !over) {
            standsBy = false;
            if (!keep && !placed) {
                over = true;
                drop();
            } else {
                proceed();
            }
        }
    }

    /** Ends it without a result, because everything is about to stop. */
    void cancel() {
        if (over) {
            return;
        }
        over = true;
        if (!placed) {
            drop();
        }
        done.completeExceptionally(new RefusedException(Refusal.FAILED, old.namespec() + ": stopped"));
    }

    private void place() {
        placed = true;
        group.replace(old, successor);
        old.retire();
    }

    private void fail() {
        String reason = isStopped(successor) ? "stopped" : successor.failure();
        over = true;
        if (!placed) {
            drop();
        }
        written.after(old.namespec() + ": " + reason)
                .thenAccept(text -> done.completeExceptionally(new RefusedException(Refusal.FAILED, text)));
    }

    private void drop() {
        group.retire(successor);
        successor.retire();
    }

    /** Whether it runs or is about to. */
    static boolean isUp(ManagedProcess process) {
        return process.state() == State.STARTING || process.state() == State.RUNNING;
    }

    private static boolean isTemplate(ManagedProcess process) {
        return process.config().additions().role().orElse(null) instanceof ServerRole.Template;
    }

    private static boolean isStopped(ManagedProcess process) {
        return process.state() == State.STOPPED || process.state() == State.STOPPING;
    }
}
