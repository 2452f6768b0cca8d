package corral.daemon.loop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The real thread, on a clock that jumps as it does for one that was stopped. */
class ThreadLoopTest {
    private final AtomicLong jumpNs = new AtomicLong();
    private final ThreadLoop loop = new ThreadLoop(new Clock() {
        @Override
        public long nanoTime() {
            return System.nanoTime() + jumpNs.get();
        }

        @Override
        public long epochMillis() {
            return System.currentTimeMillis();
        }
    });
    private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();

    @AfterEach
    void end() throws InterruptedException {
        loop.stop();
        loop.join();
    }

    private String next() throws InterruptedException {
        return ran.poll(20, SECONDS);
    }

    private void deadline(String name, long afterMs) {
        loop.at(name, loop.nowNs() + MILLISECONDS.toNanos(afterMs), name, () -> ran.add(name));
    }

    @Test
    void whatHappenedInAGapGoesBeforeTheDeadlinesThatPassedInIt() throws InterruptedException {
        loop.start();
        loop.post("set", () -> {
            deadline("kill", 30_000);
            ran.add("set");
        });
        assertThat(next()).isEqualTo("set");
        jumpNs.set(SECONDS.toNanos(60));
        loop.post(
                "woken",
                () -> loop.post("exit, told by another thread a moment later", () -> {
                    ran.add("exit");
                    ran.add("lost " + SECONDS.convert(loop.lostNs(), java.util.concurrent.TimeUnit.NANOSECONDS));
                }));
        assertThat(List.of(next(), next(), next())).containsExactly("exit", "lost 30", "kill");
    }

    @Test
    void whoSleepsLongBecauseNothingIsDueHasLostNothing() throws InterruptedException {
        loop.start();
        loop.post("set", () -> {
            deadline("far", 3_600_000);
            ran.add("set");
        });
        assertThat(next()).isEqualTo("set");
        jumpNs.set(SECONDS.toNanos(3000));
        loop.post("look", () -> ran.add("lost " + loop.lostNs()));
        assertThat(next()).isEqualTo("lost 0");
    }

    @Test
    void deadlinesAfterAGapRunInTheirOrder() throws InterruptedException {
        loop.start();
        loop.post("set", () -> {
            deadline("second", 20_000);
            deadline("first", 10_000);
            ran.add("set");
        });
        assertThat(next()).isEqualTo("set");
        jumpNs.set(SECONDS.toNanos(60));
        loop.post("wake", () -> {});
        assertThat(List.of(next(), next())).containsExactly("first", "second");
    }
}
