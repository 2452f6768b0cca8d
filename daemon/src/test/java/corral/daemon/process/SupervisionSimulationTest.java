package corral.daemon.process;

import static corral.daemon.fake.Programs.program;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Autorestart;
import corral.daemon.config.Config;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.HealthCheck;
import corral.daemon.config.ProcessConfig;
import corral.daemon.fake.FakeRecords;
import corral.daemon.fake.FakeWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random days in the life of a supervisor: whatever happens in whatever order, the invariants hold at every step. Now and then the daemon dies
 * between any two events, children that were being launched may be there or not, and another daemon goes on.
 */
class SupervisionSimulationTest {
    private static final int STEPS = 10_000;
    private static final int CRASH_EACH = 50;
    private static final Notification ASKS =
            new Notification(false, false, false, Optional.empty(), Optional.of("age"), Optional.empty());

    private final FakeWorld world = new FakeWorld();
    private final FakeRecords records = new FakeRecords(world.loop());
    private final Map<Integer, Boolean> live = new TreeMap<>();
    /** By launch, also where the daemon died before it could write down the pid: a search would find it. */
    private final Map<Integer, Integer> launched = new TreeMap<>();

    private Supervisor supervisor;
    private SupervisorCommands commands;
    private boolean shutDown;
    private int reloads;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void invariantsHold(long seed) {
        Random random = new Random(seed);
        world.records(records);
        newDaemon();
        groups().forEach(supervisor::add);
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(CRASH_EACH) == 0) {
                crash(random);
            }
            act(random);
            world.loop().turn();
            check("seed " + seed + " step " + step);
        }
        assertThat(reloads).as("seed %d: reloads that succeeded", seed).isPositive();
        supervisor.shutdown();
        finish(random);
        assertThat(shutDown).as("seed %d: shut down", seed).isTrue();
        assertThat(live).as("seed %d: nothing lives", seed).isEmpty();
        assertThat(world.loop().deadlines())
                .as("seed %d: no deadline is left", seed)
                .isZero();
    }

    private static List<GroupConfig> groups() {
        return List.of(
                new GroupConfig(
                        "a",
                        999,
                        List.of(program("a").build(), program("b").startsecs(0).build())),
                new GroupConfig("b", 5, List.of(odd("c"), odd("d"))),
                new GroupConfig("r", 7, List.of(rolling("e", 1), rolling("f", 1), rolling("g", 1))),
                new GroupConfig("s", 8, List.of(rolling("h", 2), rolling("i", 2))),
                new GroupConfig(
                        "c",
                        7,
                        List.of(
                                program("j")
                                        .backoff(100, 500, 300)
                                        .healthCheck(CHECK)
                                        .build(),
                                program("k")
                                        .dependsOn("j", "a")
                                        .autorestart(Autorestart.ALWAYS)
                                        .backoff(0, 9000, 800)
                                        .build())));
    }

    private void newDaemon() {
        supervisor = new Supervisor(world.ports(), new Supervisor.Lifecycle() {
            @Override
            public void onShutDown() {
                shutDown = true;
            }

            @Override
            public void onRestart(Config config) {
                throw new AssertionError("nobody asked for a restart");
            }
        });
        commands = new SupervisorCommands(world.loop(), supervisor, answer -> {
            throw new AssertionError("nobody asked for a configuration");
        });
    }

    /** Somewhere in what it does next, which is then not done. */
    private void crash(Random random) {
        act(random);
        world.loop().turn(random.nextInt(6));
        for (FakeWorld.Launch launch : world.die()) {
            if (random.nextBoolean()) {
                int pid = world.newPid();
                live.put(pid, true);
                launched.put(launch.request().launch(), pid);
            }
        }
        while (random.nextInt(3) == 0 && !live.isEmpty()) {
            live.remove(new ArrayList<>(live.keySet()).get(random.nextInt(live.size())));
        }
        world.loop().advance(random.nextInt(2000), TimeUnit.MILLISECONDS);
        List<Legacy.Heir> heirs = new ArrayList<>();
        records.processes().forEach(record -> heirs.add(new Legacy.Heir(record, fate(record))));
        newDaemon();
        supervisor.resume(
                new Config(null, null, List.of(), true, groups(), List.of()), new Legacy(records.daemon(), heirs));
    }

    private Legacy.Fate fate(ProcessRecord record) {
        int pid = record.launch().pid();
        if (pid == 0) {
            Integer found = launched.get(record.launch().number());
            return found == null || !live.containsKey(found) ? new Legacy.Childless() : new Legacy.Alive(found);
        }
        return live.containsKey(pid) ? new Legacy.Alive(pid) : new Legacy.Ended(ExitStatus.UNKNOWN);
    }

    private static final HealthCheck CHECK = new HealthCheck(new HealthCheck.Tcp("h", 1), 500, 500, 2, 1000);

    private static ProcessConfig odd(String name) {
        return program(name)
                .startretries(1)
                .stopwaitsecs(2)
                .autorestart(Autorestart.ALWAYS)
                .build();
    }

    private static ProcessConfig rolling(String name, int surge) {
        return program(name)
                .notifies(0)
                .rolling(surge)
                .startretries(1)
                .stopwaitsecs(2)
                .autorestart(Autorestart.ALWAYS)
                .build();
    }

    private List<ManagedProcess> everyone() {
        return supervisor.groups().stream()
                .flatMap(group -> group.everyone().stream())
                .toList();
    }

    private void act(Random random) {
        List<ManagedProcess> named = supervisor.groups().stream()
                .flatMap(group -> group.processes().stream())
                .toList();
        ManagedProcess process = named.get(random.nextInt(named.size()));
        switch (random.nextInt(17)) {
            case 8, 9, 10 -> say(random, Notification.READY);
            case 11 -> say(random, ASKS);
            case 12 -> {
                if (process.config().additions().isRolling()) {
                    commands.reload(process.group()).thenRun(() -> reloads++);
                }
            }
            case 13 -> stopSome(random, process);
            case 14 -> commands.startGroup(process.group(), random.nextBoolean());
            case 0 -> supervisor.dependencies().start(process, random.nextBoolean());
            case 1 -> process.stop(random.nextBoolean());
            case 2 -> answerLaunch(random);
            case 3 -> exitOne(random);
            case 4 -> process.signal(1);
            case 5 -> world.loop().advance(random.nextInt(3000), TimeUnit.MILLISECONDS);
            case 6 -> answerLaunch(random);
            case 7 -> answerProbe(random);
            default -> world.loop().advance(random.nextInt(20), TimeUnit.MILLISECONDS);
        }
    }

    private void stopSome(Random random, ManagedProcess process) {
        if (random.nextInt(4) == 0) {
            commands.stopGroup(process.group(), random.nextBoolean());
        } else {
            commands.stop(process.group(), process.name(), process.namespec(), random.nextBoolean());
        }
    }

    private void say(Random random, Notification said) {
        List<ManagedProcess> all = everyone();
        supervisor.onNotification(all.get(random.nextInt(all.size())).launchNumber(), said);
    }

    private void answerLaunch(Random random) {
        if (world.launches() == 0) {
            return;
        }
        if (random.nextInt(5) == 0) {
            world.fail("no luck");
        } else {
            int launch = world.oldestLaunch();
            int pid = world.succeed();
            live.put(pid, true);
            launched.put(launch, pid);
        }
    }

    private void answerProbe(Random random) {
        if (world.probes() > 0) {
            world.answerProbe(random.nextBoolean() ? "" : "no");
        }
    }

    private void exitOne(Random random) {
        if (!live.isEmpty()) {
            int pid = new ArrayList<>(live.keySet()).get(random.nextInt(live.size()));
            live.remove(pid);
            ExitStatus status = random.nextBoolean() ? FakeWorld.exit(random.nextInt(3)) : FakeWorld.killed(9);
            supervisor.onReaped(pid, status, world.loop().nowNs());
        }
    }

    private void check(String where) {
        List<Integer> pids = new ArrayList<>();
        supervisor.groups().forEach(group -> checkGroup(group, where));
        for (ManagedProcess process : everyone()) {
            State state = process.state();
            if (process.pid() != 0) {
                pids.add(process.pid());
            }
            if (state == State.RUNNING) {
                assertThat(live).as("%s: RUNNING has a live pid", where).containsKey(process.pid());
            }
            if (state.isStopped() || state == State.BACKOFF) {
                assertThat(process.pid()).as("%s: %s has no pid", where, state).isZero();
            }
        }
        assertThat(pids).as("%s: one process per pid", where).doesNotHaveDuplicates();
        assertThat(pids).as("%s: no child without an owner", where).containsAll(live.keySet());
    }

    private static void checkGroup(ProcessGroup group, String where) {
        List<String> names =
                group.processes().stream().map(ManagedProcess::name).toList();
        assertThat(names)
                .as("%s: one process of each name", where)
                .isEqualTo(group.config().processes().stream()
                        .map(ProcessConfig::name)
                        .toList());
        int surge = group.config().processes().get(0).additions().surge();
        assertThat(group.extras()).as("%s: as many extra ones as may be", where).isLessThanOrEqualTo(surge);
        for (ManagedProcess other : group.everyone()) {
            boolean waits =
                    !group.processes().contains(other) && !group.retired().contains(other);
            State row = group.find(other.name()).orElseThrow().state();
            if (waits) {
                assertThat(row).as("%s: the one before it runs", where).isIn(State.STARTING, State.RUNNING);
            }
            if (group.retired().contains(other)) {
                assertThat(other.state()).as("%s: who is replaced ends", where).isEqualTo(State.STOPPING);
            }
        }
    }

    /** What was asked to stop does so, in any order. */
    private void finish(Random random) {
        for (int step = 0; step < 1000 && !shutDown; step++) {
            answerLaunch(random);
            exitOne(random);
            world.loop().advance(random.nextInt(500), TimeUnit.MILLISECONDS);
        }
    }
}
