package corral.daemon;

import corral.daemon.control.ControlServer;
import corral.daemon.loop.Loop;
import corral.daemon.os.Native;
import corral.daemon.os.OpenSockets;
import corral.daemon.process.Refusal;
import corral.daemon.process.RefusedException;
import corral.daemon.process.Supervisor;
import corral.daemon.process.SupervisorState;
import corral.daemon.upgrade.HandOver;
import corral.daemon.upgrade.Standstill;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * Holds the threads of the daemon, one after the other and each between two things that it does, so that nothing is half done
 * when another daemon goes on: clients wait in the kernel, output in its FIFOs, the dead as zombies or noted.
 */
final class StillDaemon implements Standstill {
    /** Clients that have asked for something get so long to have it; they are told that the connection broke after that. */
    private static final long CLIENTS_MS = 5_000;

    private static final long ANSWER_MS = 2_000;

    /** What is held. */
    record Parts(
            Loop loop,
            Supervisor supervisor,
            Machinery machinery,
            Supplier<ControlServer> control,
            SignalActions signals,
            StartSockets sockets) {}

    private final Parts parts;
    private final OpenSockets open;
    private final Map<String, Integer> lock;
    private ControlServer control;
    private Map<String, Integer> ofMachinery = Map.of();
    private CountDownLatch over = new CountDownLatch(1);

    /** Of one daemon; {@code lock} is its runtime directory's, by name. */
    StillDaemon(Native os, Parts parts, Map<String, Integer> lock) {
        this.parts = parts;
        this.lock = lock;
        this.open = new OpenSockets(os);
    }

    @Override
    public void begin() throws RefusedException {
        over = new CountDownLatch(1);
        control = parts.control().get();
        // The client that has asked for this waits, too.
        control.pause(1, CLIENTS_MS).join();
        ofMachinery = parts.machinery().hold(over);
        if (!holdLoop()) {
            end();
            throw new RefusedException(Refusal.FAILED, "the daemon is about to end or to begin anew");
        }
    }

    @Override
    public Map<String, Integer> descriptors() {
        Map<String, Integer> descriptors = new LinkedHashMap<>(parts.sockets().handOver());
        control.handOver(open::listeningAt).forEach((at, fd) -> descriptors.put(HandOver.CONTROL + at, fd));
        descriptors.putAll(ofMachinery);
        descriptors.putAll(lock);
        return descriptors;
    }

    @Override
    public void settle() throws RefusedException {
        control.pause(0, ANSWER_MS).join();
        if (parts.signals().isExitAsked()) {
            throw new RefusedException(Refusal.FAILED, "the daemon was told to end");
        }
    }

    @Override
    public void end() {
        over.countDown();
        parts.machinery().goOn();
        control.resume();
    }

    /** False if the daemon is not running any more. */
    private boolean holdLoop() {
        CompletableFuture<Boolean> held = new CompletableFuture<>();
        CountDownLatch until = over;
        parts.loop().post("stand still", () -> {
            if (parts.supervisor().state() != SupervisorState.RUNNING) {
                held.complete(false);
            } else {
                parts.supervisor().writeDown(() -> stay(held, until));
            }
        });
        return held.join();
    }

    private static void stay(CompletableFuture<Boolean> held, CountDownLatch until) {
        held.complete(true);
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
