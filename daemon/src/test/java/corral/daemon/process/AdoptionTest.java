package corral.daemon.process;

import static corral.daemon.fake.Programs.program;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Autorestart;
import corral.daemon.config.Config;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.fake.FakeRecords;
import corral.daemon.fake.FakeWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdoptionTest {
    private final FakeWorld world = new FakeWorld();
    private final FakeRecords records = new FakeRecords(world.loop());
    private Supervisor supervisor;

    @Test
    void whatRunsRunsOnWithItsPidAndItsTime() {
        begin(program("web").startsecs(1).build());
        int pid = world.succeed();
        advance(90_000);
        dieAndResume(Set.of(pid), program("web").startsecs(1).build());
        assertThat(process("web").state()).isEqualTo(State.RUNNING);
        assertThat(process("web").pid()).isEqualTo(pid);
        assertThat(process("web").snapshot().description()).isEqualTo("pid " + pid + ", uptime 0:01:30");
        assertThat(world.launches()).isZero();
        supervisor.onReaped(pid, FakeWorld.killed(9), world.loop().nowNs());
        world.loop().turn();
        assertThat(world.waiting()).containsExactly("web");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void whoeverDiesInTheBeginningStillStartsAllThatIsToStart(int saves) {
        ProcessConfig[] all = {
            program("a").build(), program("b").build(), program("c").build()
        };
        records.dieAfter(saves);
        begin(all);
        if (records.daemon() == null) {
            // The next one begins as if there had been none.
            assertThat(saves).isLessThan(4);
            return;
        }
        dieAndResume(Set.of(), all);
        world.loop().turn();
        assertThat(world.waiting()).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void startsecsGoOnWhereTheyWere() {
        begin(program("web").startsecs(10).build());
        int pid = world.succeed();
        advance(6_000);
        dieAndResume(Set.of(pid), program("web").startsecs(10).build());
        advance(3_900);
        assertThat(process("web").state()).isEqualTo(State.STARTING);
        advance(200);
        assertThat(process("web").state()).isEqualTo(State.RUNNING);
    }

    @Test
    void failuresAndTheTimeOfTheNextAttemptAreKept() {
        begin(program("bad").startretries(5).build());
        for (int i = 1; i <= 3; i++) {
            int pid = world.succeed();
            supervisor.onReaped(pid, FakeWorld.exit(1), world.loop().nowNs());
            world.loop().turn();
            if (i < 3) {
                advance(i * 1000L);
            }
        }
        assertThat(process("bad").state()).isEqualTo(State.BACKOFF);
        advance(1000);
        dieAndResume(Set.of(), program("bad").startretries(5).build());
        assertThat(process("bad").state()).isEqualTo(State.BACKOFF);
        advance(1900);
        assertThat(world.launches()).isZero();
        advance(200);
        assertThat(world.launches()).isEqualTo(1);
        for (int i = 4; i <= 6; i++) {
            int pid = world.succeed();
            supervisor.onReaped(pid, FakeWorld.exit(1), world.loop().nowNs());
            advance(i * 1000L);
        }
        assertThat(process("bad").state()).isEqualTo(State.FATAL);
        dieAndResume(Set.of(), program("bad").startretries(5).build());
        assertThat(process("bad").state()).isEqualTo(State.FATAL);
        assertThat(process("bad").snapshot().spawnError()).contains("Exited too quickly");
    }

    @Test
    void restartsAreCountedOn() {
        ProcessConfig config = program("web").startsecs(0).build();
        begin(config);
        for (int i = 0; i < 2; i++) {
            supervisor.onReaped(world.succeed(), FakeWorld.exit(1), world.loop().nowNs());
            world.loop().turn();
        }
        int pid = world.succeed();
        advance(1000);
        assertThat(process("web").snapshot().restarts()).isEqualTo(2);
        dieAndResume(Set.of(pid), config);
        assertThat(process("web").snapshot().restarts()).isEqualTo(2);
        supervisor.onReaped(pid, FakeWorld.exit(1), world.loop().nowNs());
        world.loop().turn();
        assertThat(process("web").snapshot().restarts()).isEqualTo(3);
    }

    @Test
    void stopGoesOnAndIsNotAskedForTwice() {
        begin(program("slow").stopwaitsecs(30).build());
        int pid = world.succeed();
        advance(5000);
        process("slow").stop(false);
        world.loop().turn();
        assertThat(world.takeSignals()).hasSize(1);
        advance(20_000);
        dieAndResume(Set.of(pid), program("slow").stopwaitsecs(30).build());
        assertThat(process("slow").state()).isEqualTo(State.STOPPING);
        assertThat(world.takeSignals()).isEmpty();
        advance(11_000);
        assertThat(world.takeSignals()).extracting(FakeWorld.Sent::signal).contains(9);
        supervisor.onReaped(pid, FakeWorld.killed(9), world.loop().nowNs());
        world.loop().turn();
        assertThat(process("slow").state()).isEqualTo(State.STOPPED);
        assertThat(world.launches()).isZero();
    }

    @Test
    void stopThatWasRecordedAndNotYetAskedForIsAskedFor() {
        begin(program("web").build());
        int pid = world.succeed();
        advance(5000);
        process("web").stop(false);
        // What is queued now would send the signal.
        dieAndResume(Set.of(pid), program("web").build());
        assertThat(process("web").state()).isEqualTo(State.STOPPING);
        assertThat(world.takeSignals())
                .extracting(FakeWorld.Sent::pid, FakeWorld.Sent::signal)
                .contains(org.assertj.core.groups.Tuple.tuple(pid, 15));
    }

    @Test
    void whatSomebodyHasStoppedStaysStopped() {
        begin(program("web").build());
        int pid = world.succeed();
        advance(5000);
        process("web").stop(false);
        world.loop().turn();
        supervisor.onReaped(pid, FakeWorld.killed(15), world.loop().nowNs());
        world.loop().turn();
        dieAndResume(Set.of(), program("web").build());
        assertThat(process("web").state()).isEqualTo(State.STOPPED);
        assertThat(world.launches()).isZero();
    }

    @Test
    void endThatNobodySawCountsAsUnexpected() {
        begin(
                program("again").autorestart(Autorestart.UNEXPECTED).build(),
                program("once").autorestart(Autorestart.NEVER).build());
        world.succeed();
        world.succeed();
        advance(5000);
        dieAndResume(
                Set.of(),
                program("again").autorestart(Autorestart.UNEXPECTED).build(),
                program("once").autorestart(Autorestart.NEVER).build());
        world.loop().turn();
        assertThat(world.waiting()).containsExactly("again");
        assertThat(process("once").state()).isEqualTo(State.EXITED);
        assertThat(process("once").failure()).contains("Bad exit code");
    }

    @Test
    void launchThatHadNotHappenedHappensNow() {
        begin(program("web").build());
        assertThat(world.waiting()).containsExactly("web");
        dieAndResume(Set.of(), program("web").build());
        world.loop().turn();
        assertThat(world.waiting()).containsExactly("web");
        assertThat(process("web").state()).isEqualTo(State.STARTING);
    }

    @Test
    void changedConfigurationIsLeftToAnUpdate() {
        begin(
                program("kept").build(),
                program("changed").stopwaitsecs(3).build(),
                program("gone").build());
        List<Integer> pids = List.of(world.succeed(), world.succeed(), world.succeed());
        advance(5000);
        dieAndResume(
                Set.copyOf(pids),
                program("kept").build(),
                program("changed").stopwaitsecs(7).build(),
                program("fresh").build());
        assertThat(world.launches()).isZero();
        assertThat(process("changed").config().stopwaitsecs()).isEqualTo(3);
        assertThat(process("gone").state()).isEqualTo(State.RUNNING);
        assertThat(supervisor.diff()).isEqualTo(new GroupDiff(List.of("fresh"), List.of("changed"), List.of("gone")));
    }

    @Test
    void daemonThatDiedWhileItShutDownIsStartedToRunThings() {
        begin(program("a").priority(1).build(), program("b").priority(2).build());
        int a = world.succeed();
        int b = world.succeed();
        advance(5000);
        supervisor.shutdown();
        world.loop().turn();
        supervisor.onReaped(b, FakeWorld.killed(15), world.loop().nowNs());
        world.loop().turn();
        dieAndResume(
                Set.of(a),
                program("a").priority(1).build(),
                program("b").priority(2).build());
        world.loop().turn();
        assertThat(world.waiting()).containsExactly("b");
        assertThat(process("a").state()).isEqualTo(State.STOPPING);
        supervisor.onReaped(a, FakeWorld.killed(15), world.loop().nowNs());
        world.loop().turn();
        assertThat(world.waiting()).containsExactly("b", "a");
    }

    @Test
    void successorThatWasOnItsWayTakesItsPlace() {
        ProcessConfig web = program("web").notifies(0).rolling(1).build();
        begin(web);
        int old = world.succeed();
        supervisor.onNotification(process("web").launchNumber(), Notification.READY);
        advance(5000);
        supervisor.requestReplacement(process("web"), "age");
        world.loop().turn();
        int next = world.succeed();
        world.loop().turn();
        dieAndResume(Set.of(old, next), web);
        assertThat(process("web").pid()).isEqualTo(old);
        ManagedProcess successor =
                supervisor.group("web").orElseThrow().successors().get(0);
        assertThat(successor.pid()).isEqualTo(next);
        supervisor.onNotification(successor.launchNumber(), Notification.READY);
        world.loop().turn();
        assertThat(process("web").pid()).isEqualTo(next);
        assertThat(world.takeSignals()).extracting(FakeWorld.Sent::pid).contains(old);
        supervisor.onReaped(old, FakeWorld.killed(15), world.loop().nowNs());
        world.loop().turn();
        assertThat(supervisor.group("web").orElseThrow().everyone()).hasSize(1);
    }

    @Test
    void lostReadyDoesNotKeepAProcessFromRunning() {
        ProcessConfig web = program("web").notifies(0).startsecs(3).build();
        begin(web);
        int pid = world.succeed();
        world.loop().turn();
        dieAndResume(Set.of(pid), web);
        assertThat(process("web").state()).isEqualTo(State.STARTING);
        advance(9_900);
        assertThat(process("web").state()).isEqualTo(State.STARTING);
        advance(200);
        assertThat(process("web").state()).isEqualTo(State.RUNNING);
    }

    private void begin(ProcessConfig... programs) {
        world.records(records);
        newDaemon();
        supervisor.begin(config(programs));
        world.loop().turn();
    }

    private void newDaemon() {
        supervisor = new Supervisor(world.ports(), new Supervisor.Lifecycle() {
            @Override
            public void onShutDown() {}

            @Override
            public void onRestart(Config config) {}
        });
    }

    /** What is queued is not done any more. */
    private void dieAndResume(Set<Integer> alive, ProcessConfig... programs) {
        world.die();
        List<Legacy.Heir> heirs = new ArrayList<>();
        for (ProcessRecord record : records.processes()) {
            int pid = record.launch().pid();
            Legacy.Fate fate = pid == 0
                    ? new Legacy.Childless()
                    : alive.contains(pid) ? new Legacy.Alive(pid) : new Legacy.Ended(ExitStatus.UNKNOWN);
            heirs.add(new Legacy.Heir(record, fate));
        }
        newDaemon();
        supervisor.resume(config(programs), new Legacy(records.daemon(), heirs));
    }

    private static Config config(ProcessConfig... programs) {
        List<GroupConfig> groups = new ArrayList<>();
        for (ProcessConfig program : programs) {
            groups.add(new GroupConfig(program.name(), program.priority(), List.of(program)));
        }
        return new Config(null, null, List.of(), true, groups, List.of());
    }

    private ManagedProcess process(String name) {
        return supervisor.group(name).orElseThrow().find(name).orElseThrow();
    }

    private void advance(long ms) {
        world.loop().advance(ms, TimeUnit.MILLISECONDS);
    }
}
