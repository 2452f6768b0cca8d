package corral.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.fake.ManualLoop;
import corral.daemon.loop.Clock;
import corral.daemon.loop.ThreadLoop;
import corral.daemon.os.OsException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServiceNoticesTest {
    private final ManualLoop loop = new ManualLoop();
    private final List<String> sent = new ArrayList<>();
    private String summary = "0 of 2 processes running";
    private boolean room = true;
    private boolean gone;

    private ServiceNotices notices(long watchdogSecs) {
        return new ServiceNotices(loop, this::take, TimeUnit.SECONDS.toNanos(watchdogSecs), () -> summary);
    }

    private boolean take(String message) throws OsException {
        if (gone) {
            throw new OsException("sendto", "", 111);
        }
        if (room) {
            sent.add(message);
        }
        return room;
    }

    private List<String> sentSince(Runnable step) {
        sent.clear();
        step.run();
        return List.copyOf(sent);
    }

    @Test
    void saysThatItIsReadyAndHowManyRun() {
        notices(0).begun(0);
        assertThat(sent).containsExactly("READY=1\nSTATUS=0 of 2 processes running");
        loop.advance(1, TimeUnit.HOURS);
        assertThat(sent).hasSize(1);
    }

    @Test
    void namesItsPidWhenAnotherProcessWasStarted() {
        notices(0).begun(42);
        assertThat(sent).containsExactly("READY=1\nMAINPID=42\nSTATUS=0 of 2 processes running");
    }

    @Test
    void givesASignOfLifeTwiceInEachPeriod() {
        notices(10).begun(0);
        assertThat(sentSince(() -> loop.advance(60, TimeUnit.SECONDS)))
                .hasSize(12)
                .containsOnly("WATCHDOG=1");
    }

    @Test
    void manyChangesAreOneStatusASecond() {
        ServiceNotices notices = notices(0);
        notices.begun(0);
        assertThat(sentSince(() -> {
                    for (int i = 0; i < 100; i++) {
                        summary = i + " of 100 processes running";
                        notices.onTransition();
                        loop.advance(20, TimeUnit.MILLISECONDS);
                    }
                    loop.advance(5, TimeUnit.SECONDS);
                }))
                .hasSizeBetween(2, 3)
                .endsWith("STATUS=99 of 100 processes running");
    }

    @Test
    void aStatusThatIsAsBeforeIsNotSaidAgain() {
        ServiceNotices notices = notices(0);
        notices.begun(0);
        assertThat(sentSince(() -> {
                    notices.onTransition();
                    loop.advance(5, TimeUnit.SECONDS);
                }))
                .isEmpty();
    }

    @Test
    void aReloadIsReloadingWithTheTimeAndThenReady() {
        ServiceNotices notices = notices(0);
        notices.begun(0);
        sent.clear();
        notices.reloading();
        assertThat(sent.get(0)).isEqualTo("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(loop.nowNs()));
        assertThat(sentSince(notices::reloaded)).containsExactly("READY=1\nSTATUS=0 of 2 processes running");
        assertThat(sentSince(notices::reloaded)).isEmpty();
        assertThat(sentSince(() -> loop.advance(1, TimeUnit.MINUTES))).isEmpty();
    }

    @Test
    void asksForMoreTimeForAsLongAsItStops() {
        ServiceNotices notices = notices(0);
        notices.begun(0);
        summary = "shutting down, 2 to stop";
        assertThat(sentSince(notices::stopping))
                .containsExactly("STOPPING=1\nSTATUS=shutting down, 2 to stop", "EXTEND_TIMEOUT_USEC=30000000");
        assertThat(sentSince(() -> loop.advance(60, TimeUnit.SECONDS)))
                .hasSize(6)
                .containsOnly("EXTEND_TIMEOUT_USEC=30000000");
    }

    @Test
    void whatThereWasNoRoomForIsSaidInItsOrderLater() {
        ServiceNotices notices = notices(10);
        room = false;
        notices.begun(0);
        notices.reloading();
        notices.reloaded();
        loop.advance(1, TimeUnit.SECONDS);
        assertThat(sent).isEmpty();
        room = true;
        loop.advance(1, TimeUnit.SECONDS);
        assertThat(sent).hasSize(3);
        assertThat(sent.get(0)).startsWith("READY=1");
        assertThat(sent.get(1)).startsWith("RELOADING=1");
        assertThat(sent.get(2)).startsWith("READY=1");
    }

    @Test
    void aReceiverThatHasGoneStopsNothing() {
        ServiceNotices notices = notices(10);
        gone = true;
        notices.begun(0);
        gone = false;
        loop.advance(5, TimeUnit.SECONDS);
        assertThat(sent).contains("WATCHDOG=1");
    }

    @Test
    void whereNobodyListensNothingIsPlanned() {
        ServiceNotices none = ServiceNotices.none(loop);
        none.begun(0);
        none.onTransition();
        none.reloading();
        none.stopping();
        assertThat(loop.deadlines()).isZero();
    }

    @Test
    void aLoopThatHangsFallsSilent() throws InterruptedException {
        ThreadLoop real = new ThreadLoop(Clock.SYSTEM);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        ServiceNotices notices = new ServiceNotices(
                real,
                message -> heard.add(real.onLoop() ? message : "off the loop"),
                TimeUnit.MILLISECONDS.toNanos(20),
                () -> "");
        real.start();
        try {
            real.post("begin", () -> notices.begun(0));
            assertThat(heard.poll(30, TimeUnit.SECONDS)).startsWith("READY=1");
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1");
            real.post("hang", () -> {
                hangs.countDown();
                awaitQuietly(released);
            });
            hangs.await();
            heard.clear();
            assertThat(heard.poll(300, TimeUnit.MILLISECONDS)).isNull();
            released.countDown();
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1");
        } finally {
            released.countDown();
            real.stop();
            real.join();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
