package corral.it.crash;

import corral.it.Kind;
import corral.it.Lab;
import corral.it.Outcome;
import corral.it.RunningDaemon;
import corral.it.lifecycle.Judgement;
import corral.it.lifecycle.Ports;
import corral.it.lifecycle.Site;
import corral.it.load.ExecutionLog;
import corral.it.load.LoadClient;
import corral.it.load.LoadPlan;
import corral.it.load.LoadResult;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** One daemon with its fleet under load, and what is done to it. For one thread. */
final class CrashTrial {
    private static final long SETTLED_NS = 5_000_000_000L;
    private static final long LOOK_NS = 100_000_000;
    /** What supervisord's programs need until they run, all of them with startsecs. */
    private static final long PEER_SETTLES_NS = 4_000_000_000L;
    /** Of so many kills one comes at any moment of the start of a daemon. */
    private static final int EARLY_EACH = 4;

    private static final int SHOWN = 600;

    private final Kind kind;
    private final CrashOptions.Effort effort;
    private final Succession succession;
    private final SplittableRandom random;
    private final Findings findings = new Findings();
    private final List<String> problems = new ArrayList<>();
    private Census before;
    private int done;
    private int early;
    private String note = "";

    /** What is done to the daemon. */
    private interface Deed {
        void run(CrashTrial trial) throws Exception;
    }

    private CrashTrial(Kind kind, CrashOptions.Effort effort, Succession succession) {
        this.kind = kind;
        this.effort = effort;
        this.succession = succession;
        random = new SplittableRandom(effort.seed());
        before = ready();
    }

    /** Kills a daemon so often. */
    static CrashResult kills(Kind kind, int times, CrashOptions.Effort effort) throws Exception {
        return run(kind, "kill -9", effort, trial -> trial.kill(times));
    }

    /** Replaces corrald in place so often. */
    static CrashResult upgrades(int times, CrashOptions.Effort effort) throws Exception {
        return run(Kind.CORRAL, "upgrade", effort, trial -> trial.upgrade(times));
    }

    /** Kills corrald, then replaces it in place. */
    static CrashResult both(int kills, int upgrades, CrashOptions.Effort effort) throws Exception {
        return run(Kind.CORRAL, "kill -9 and upgrade", effort, trial -> {
            trial.kill(kills);
            trial.upgrade(upgrades);
        });
    }

    private static CrashResult run(Kind kind, String what, CrashOptions.Effort effort, Deed deed) throws Exception {
        try (Lab lab = new Lab("crash")) {
            Site site = new Site(lab, false);
            Fleet fleet = new Fleet(effort.writers(), effort.lines(), Ports.free());
            Succession succession = new Succession(fleet.describe(lab.daemon(kind), kind, site));
            await("the server", () -> serves(fleet.port()), succession);
            CrashTrial trial = new CrashTrial(kind, effort, succession);
            LoadResult load;
            try (LoadClient client = new LoadClient(LoadPlan.mixed(fleet.port(), effort.rate()))) {
                client.start();
                deed.run(trial);
                load = client.stop();
            }
            int left = trial.end();
            lab.clear();
            Lines lines = Lines.read(succession.now().dir(), fleet.scribes(), succession.outages());
            Judgement judgement = Judgement.of(load, ExecutionLog.read(site.log()), List.of());
            return new CrashResult(
                    kind == Kind.CORRAL ? "corrald" : "supervisord",
                    what,
                    trial.done,
                    trial.early,
                    succession.outages(),
                    trial.findings,
                    left,
                    lines,
                    load,
                    judgement,
                    trial.problems,
                    trial.note);
        }
    }

    private static boolean serves(int port) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/").toURL().openConnection();
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static void await(String what, java.util.function.BooleanSupplier condition, Succession succession) {
        succession.now().until(what, condition::getAsBoolean);
    }

    /** Everything is as it has to be, the first time. */
    private Census ready() {
        RunningDaemon daemon = succession.now();
        daemon.awaitState(Fleet.HALTED, "RUNNING");
        daemon.rpc("supervisor.stopProcess", Fleet.HALTED);
        daemon.until("all programs", () -> {
            Census census = Census.take(daemon);
            return census.since(census).none();
        });
        return Census.take(daemon);
    }

    private void kill(int times) {
        try {
            for (int i = 0; i < times; i++) {
                if (i % EARLY_EACH == EARLY_EACH - 1) {
                    pause(effort.pauseS() / 2);
                    early++;
                } else {
                    succession.awaitAnswer();
                    look(i);
                    pause(effort.pauseS());
                }
                succession.kill();
                done++;
            }
            succession.awaitAnswer();
            look(times);
        } catch (IllegalStateException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private void pause(double atMostS) {
        LockSupport.parkNanos((long) (random.nextDouble() * atMostS * 1e9));
    }

    /** Looks whether all is as before; what comes to be so within some seconds counts as right. */
    private void look(int number) {
        Census first = Census.take(succession.now());
        if (kind == Kind.SUPERVISOR) {
            LockSupport.parkNanos(PEER_SETTLES_NS);
        }
        long limit = System.nanoTime() + SETTLED_NS;
        while (true) {
            Census now = Census.take(succession.now());
            Findings found = now.since(before);
            found.and(now.unheardSince(first));
            if (found.none() || kind == Kind.SUPERVISOR || System.nanoTime() > limit) {
                if (!found.none()) {
                    String text = found.toString();
                    CrashBench.say("  after " + number + ": " + text.substring(0, Math.min(SHOWN, text.length())));
                }
                findings.then(found);
                before = now;
                return;
            }
            LockSupport.parkNanos(LOOK_NS);
        }
    }

    private void upgrade(int times) {
        long pid = succession.now().pid();
        try (ControlProbe probe = new ControlProbe(succession.now())) {
            for (int i = 0; i < times; i++) {
                look(i);
                pause(effort.pauseS());
                Outcome outcome = succession.now().ctl("upgrade");
                if (outcome.exit() != 0 || succession.now().pid() != pid) {
                    problems.add(outcome.toString());
                }
                done++;
            }
            look(times);
            note = probe.refused() + " of " + (probe.refused() + probe.answered())
                    + " questions without an answer, the longest took " + CrashTable.s(probe.longest());
            problems.addAll(probe.reasons());
        }
    }

    /** Ends the daemon in order; how many processes are left then. */
    private int end() throws InterruptedException {
        RunningDaemon daemon = succession.now();
        if (!daemon.process().isAlive()) {
            return daemon.processes().size();
        }
        daemon.rpc("supervisor.shutdown");
        daemon.awaitExit();
        List<Long> left = daemon.processes();
        left.forEach(pid -> CrashBench.say("  left: " + pid + " " + corral.it.ProcFs.commandLine(pid)));
        return left.size();
    }
}
