package corral.daemon.process;

import static corral.daemon.fake.FakeWorld.exit;
import static corral.daemon.fake.Programs.program;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.Autorestart;
import corral.daemon.config.HealthCheck;
import corral.daemon.fake.FakeWorld;
import corral.daemon.fake.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * The whole product of situations and events, compared with a table that is also the documentation of the state machine.
 * Each cell is the state that follows; {@code .} stands for no change.
 */
class EveryEventInEveryStateTest {

    /** How a process can stand; STARTING has three of them. */
    private enum Situation {
        STOPPED,
        WAITING,
        LAUNCHING,
        STARTING,
        RUNNING,
        BACKOFF,
        STOPPING,
        EXITED,
        FATAL,
        UNKNOWN
    }

    private enum Event {
        START,
        STOP,
        SHUTDOWN,
        SPAWNED,
        SPAWN_FAILED,
        READY,
        WATCHDOG,
        HEALTHY,
        UNHEALTHY,
        GO_AHEAD,
        GIVE_UP,
        EXIT_0,
        EXIT_1,
        SECOND,
        MINUTE
    }

    private static final HealthCheck CHECK = new HealthCheck(new HealthCheck.Tcp("h", 1), 1000, 500, 1, 0);

    private final StringBuilder table = new StringBuilder();

    @Test
    void followsTheTable() throws IOException {
        write("a program", program("a"));
        write("a program with notify=true and watchdog=30", program("a").notifies(30));
        write("a program with a health check", program("a").healthCheck(CHECK));
        try (InputStream in = getClass().getResourceAsStream("states.txt")) {
            assertThat(table.toString()).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private void write(String title, Programs program) {
        table.append(title).append('\n').append(cell(""));
        for (Event event : Event.values()) {
            table.append(cell(event.name()));
        }
        for (Situation situation : Situation.values()) {
            end().append(cell(situation.name()));
            for (Event event : Event.values()) {
                table.append(cell(after(program, situation, event)));
            }
        }
        end().append('\n');
    }

    private StringBuilder end() {
        while (table.charAt(table.length() - 1) == ' ') {
            table.setLength(table.length() - 1);
        }
        return table.append('\n');
    }

    private static String cell(String text) {
        return String.format("%-13s", text);
    }

    private static String after(Programs program, Situation situation, Event event) {
        Bench bench = new Bench(program);
        bench.reach(situation);
        State before = bench.process.state();
        bench.happen(event);
        State then = bench.process.state();
        return then == before ? "." : then.name();
    }

    /** One process in a world of its own. */
    private static final class Bench {
        private final FakeWorld world = new FakeWorld();
        private final ManagedProcess process;
        private int launch;

        Bench(Programs program) {
            process = new ManagedProcess(
                    "g", program.autorestart(Autorestart.NEVER).build(), world.ports(), () -> true);
        }

        void reach(Situation situation) {
            switch (situation) {
                case STOPPED -> {}
                case WAITING -> process.startAfter("b", false);
                case LAUNCHING -> launch();
                case STARTING -> spawn();
                case RUNNING -> run();
                case BACKOFF -> {
                    spawn();
                    exits(1);
                }
                case STOPPING -> {
                    run();
                    process.stop(false);
                }
                case EXITED -> {
                    run();
                    exits(0);
                }
                case FATAL -> {
                    for (spawn(); process.state() != State.FATAL; world.loop().advance(1, SECONDS)) {
                        if (world.launches() > 0) {
                            world.fail("no luck");
                        } else if (process.state() == State.STARTING) {
                            exits(1);
                        }
                    }
                }
                case UNKNOWN -> {
                    run();
                    world.answerSignalsWith(Signals.Result.FAILED);
                    process.stop(false);
                    world.answerSignalsWith(Signals.Result.SENT);
                }
            }
            assertThat(process.state().name())
                    .isEqualTo(
                            situation == Situation.LAUNCHING || situation == Situation.WAITING
                                    ? "STARTING"
                                    : situation.name());
        }

        void happen(Event event) {
            switch (event) {
                case START -> process.start(false);
                case STOP -> process.stop(false);
                case SHUTDOWN -> process.stopForShutdown();
                case SPAWNED -> answerLaunch(true);
                case SPAWN_FAILED -> answerLaunch(false);
                case READY -> process.onNotification(launch, Notification.READY);
                case WATCHDOG -> process.onNotification(launch, Notification.ALIVE);
                case HEALTHY -> look("");
                case UNHEALTHY -> look("connection refused");
                case GO_AHEAD -> {
                    if (process.isHeld()) {
                        process.goAhead();
                    }
                }
                case GIVE_UP -> {
                    if (process.isHeld()) {
                        process.giveUpWaiting("b is FATAL");
                    }
                }
                case EXIT_0 -> exitsIfItLives(0);
                case EXIT_1 -> exitsIfItLives(1);
                case SECOND -> world.loop().advance(1, SECONDS);
                case MINUTE -> world.loop().advance(60, SECONDS);
            }
            world.loop().turn();
        }

        private void launch() {
            process.start(false);
            launch++;
        }

        private void spawn() {
            launch();
            world.succeed();
            world.loop().turn();
        }

        private void run() {
            spawn();
            process.onNotification(launch, Notification.READY);
            look("");
            if (process.state() == State.STARTING) {
                world.loop().advance(1, SECONDS);
            }
        }

        /** A health check is made and answered, if there is one. */
        private void look(String reason) {
            if (process.state() == State.RUNNING
                    && process.config().additions().healthCheck().isPresent()) {
                world.loop().advance(1, SECONDS);
            }
            if (world.probes() > 0) {
                world.answerProbe(reason);
            }
        }

        private void answerLaunch(boolean well) {
            if (world.launches() > 0 && well) {
                world.succeed();
            } else if (world.launches() > 0) {
                world.fail("no luck");
            }
        }

        private void exitsIfItLives(int code) {
            if (process.pid() != 0) {
                exits(code);
            }
        }

        private void exits(int code) {
            process.onExited(exit(code), world.loop().nowNs());
            world.loop().turn();
        }
    }
}
