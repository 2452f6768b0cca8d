package corral.daemon.upgrade;

import corral.daemon.os.Native;
import corral.daemon.os.OsException;
import corral.daemon.os.ProcessImage;
import corral.daemon.os.ResourceLimits;
import corral.daemon.process.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon becomes the version of itself that is installed now, in place: same pid, same children. Any thread; it is done on a
 * thread of its own, which is the one that becomes the next daemon.
 */
public final class Upgrade {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final List<String> OF_INIT = List.of("LISTEN_PID=", "LISTEN_FDS=", "LISTEN_FDNAMES=");

    /**
     * What the next daemon must be like.
     *
     * @param runtimeDirectory where its state is
     * @param uid who owns that
     * @param limits that this daemon was started with and may have raised since
     */
    public record Ground(String runtimeDirectory, int uid, Map<Integer, ResourceLimits.Limit> limits) {}

    private final Native os;
    private final Check check;
    private final Start start;
    private final Ground ground;
    private final Standstill standstill;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile String failure = "";

    /** Of one daemon. */
    public Upgrade(Native os, Check check, Start start, Ground ground, Standstill standstill) {
        this.os = os;
        this.check = check;
        this.start = start;
        this.ground = ground;
        this.standstill = standstill;
    }

    /**
     * Checks the installed version and becomes it. Completes with its version when that is about to happen: nothing can be
     * refused any more then, though it can still fail, and then everything goes on and {@link #failure} says why. Refused, and
     * nothing has changed, when it would not start.
     */
    public CompletableFuture<String> begin() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        if (underWay.compareAndSet(false, true)) {
            new Thread(null, () -> run(answer), "upgrade").start();
        } else {
            answer.completeExceptionally(Check.refused("an upgrade is under way"));
        }
        return answer;
    }

    /** Why the last one did not come about after all; empty if there is nothing to say. */
    public String failure() {
        return failure;
    }

    private void run(CompletableFuture<String> answer) {
        try {
            CheckReport next = check.run(start);
            judge(next);
            standstill.begin();
            try {
                become(next, answer);
            } finally {
                standstill.end();
            }
        } catch (RefusedException e) {
            fail(answer, e, e.detail());
        } catch (OsException e) {
            fail(answer, Check.refused(e.getMessage()), e.getMessage());
        } catch (RuntimeException e) {
            fail(answer, e, e.toString());
        } finally {
            underWay.set(false);
        }
    }

    private void fail(CompletableFuture<String> answer, Exception cause, String reason) {
        failure = reason;
        log.error("not upgraded, everything goes on: {}", reason);
        answer.completeExceptionally(cause);
    }

    private void judge(CheckReport next) throws RefusedException {
        if (next.protocol() != CheckReport.PROTOCOL) {
            throw Check.refused("corrald " + next.release() + " goes on with state of protocol " + next.protocol()
                    + ", this one leaves protocol " + CheckReport.PROTOCOL + ": it must be stopped and started");
        }
        if (!next.runtimeDirectory().equals(ground.runtimeDirectory())) {
            throw Check.refused("the runtime directory would be " + next.runtimeDirectory() + " instead of "
                    + ground.runtimeDirectory()
                    + ": another configuration file, runtime_dir, pidfile or identifier needs a stop and a start");
        }
        if (next.uid().isPresent() && next.uid().get() != ground.uid()) {
            throw Check.refused("user= would be uid " + next.uid().get() + " instead of " + ground.uid()
                    + ": that needs a stop and a start");
        }
    }

    private void become(CheckReport next, CompletableFuture<String> answer) throws RefusedException, OsException {
        Map<String, Integer> descriptors = standstill.descriptors();
        ProcessImage image = image(next, descriptors);
        log.info("upgrading in place to corrald {}", next.release());
        answer.complete(next.release());
        standstill.settle();
        image.replace(os, descriptors.values());
    }

    private ProcessImage image(CheckReport next, Map<String, Integer> descriptors) {
        List<String> arguments = new ArrayList<>(next.arguments());
        start.arguments().forEach(argument -> arguments.add(latin(argument)));
        List<String> environment = new ArrayList<>(next.environment());
        // What init passed is among the descriptors.
        environment.removeIf(entry -> OF_INIT.stream().anyMatch(entry::startsWith));
        environment.add(latin(HandOver.VARIABLE + "=" + HandOver.write(descriptors)));
        return new ProcessImage(
                next.executable(), arguments, environment, start.directory(), start.umask(), ground.limits());
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
