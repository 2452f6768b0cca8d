package corral.daemon.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that ask for a successor, or need one: each in its turn, when no operation of the group is under way and fewer than
 * {@code surge} run beyond their number. As long as no successor succeeds the old one goes on, and another is tried later and later.
 * Loop thread.
 */
final class Recycles {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final long FIRST_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(30);

    /** Counts for one launch: another one of the process does not need what this one needed. */
    private static final class Wish {
        private final int launch;
        private final String reason;
        private long delayNs = FIRST_NS;
        private boolean underWay;
        private boolean pausing;

        Wish(int launch, String reason) {
            this.launch = launch;
            this.reason = reason;
        }
    }

    private final Supervisor supervisor;
    private final Replacements replacements;
    private final Map<ManagedProcess, Wish> wishes = new LinkedHashMap<>();

    Recycles(Supervisor supervisor, Replacements replacements) {
        this.supervisor = supervisor;
        this.replacements = replacements;
    }

    /** A process wants to be replaced; asking again changes nothing. */
    void request(ManagedProcess process, String reason) {
        if (!isWanted(process, process.launchNumber()) || wishes.containsKey(process)) {
            return;
        }
        log.info("'{}' ({}) is to be replaced: {}", process.namespec(), process.pid(), reason);
        wishes.put(process, new Wish(process.launchNumber(), reason));
        replacements.goOn();
    }

    /** Nobody of these groups waits any more. */
    void forget(Predicate<String> groups) {
        List.copyOf(wishes.keySet()).stream()
                .filter(process -> groups.test(process.group()))
                .forEach(this::forget);
    }

    /** Begins those for which there is room now. */
    void proceed() {
        for (Map.Entry<ManagedProcess, Wish> entry : new ArrayList<>(wishes.entrySet())) {
            ManagedProcess process = entry.getKey();
            Wish wish = entry.getValue();
            if (wish.underWay) {
                continue;
            }
            if (!isWanted(process, wish.launch)) {
                forget(process);
            } else if (!wish.pausing && hasRoom(process)) {
                begin(process, wish);
            }
        }
    }

    private boolean isWanted(ManagedProcess process, int launch) {
        return process.launchNumber() == launch && process.state() == State.RUNNING && supervisor.isCurrent(process);
    }

    private boolean hasRoom(ManagedProcess process) {
        ProcessGroup group = supervisor.group(process.group()).orElseThrow();
        return supervisor.state() == SupervisorState.RUNNING
                && !supervisor.queue().isBusy(process.group())
                && !replacements.concern(process)
                && group.extras() < process.config().additions().surge();
    }

    private void begin(ManagedProcess process, Wish wish) {
        wish.underWay = true;
        replacements.renew(process).whenComplete((ok, error) -> {
            wish.underWay = false;
            if (error == null || !isWanted(process, wish.launch)) {
                forget(process);
            } else {
                pause(process, wish, Refused.from(error));
            }
            replacements.goOn();
        });
    }

    private void pause(ManagedProcess process, Wish wish, RefusedException why) {
        log.error(
                "no successor for '{}' ({}, {}), the next attempt follows in {} s: {}",
                process.namespec(),
                process.pid(),
                wish.reason,
                TimeUnit.NANOSECONDS.toMillis(wish.delayNs) / 1000.0,
                Refused.reason(why));
        wish.pausing = true;
        supervisor.ports().loop().at(wish, supervisor.ports().loop().nowNs() + wish.delayNs, "recycle", () -> {
            wish.pausing = false;
            replacements.goOn();
        });
        wish.delayNs = Math.min(LONGEST_NS, wish.delayNs * 2);
    }

    private void forget(ManagedProcess process) {
        Wish wish = wishes.remove(process);
        if (wish != null) {
            supervisor.ports().loop().cancel(wish);
        }
    }
}
