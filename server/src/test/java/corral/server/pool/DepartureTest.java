package corral.server.pool;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.frames.FrameType;
import corral.server.options.PoolOptions;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Workers and fronts that come and go: nobody is promised what is not kept, and no request is given to someone who is gone. */
class DepartureTest {
    private final EmbeddedChannel owner = new EmbeddedChannel();
    private final List<EmbeddedChannel> workers = new ArrayList<>();
    private LoopPool pool = pool(new PoolOptions(9, 30_000, 0, 0, 0));

    private LoopPool pool(PoolOptions options) {
        return new WorkerPool(options, 0, 1 << 20, List.of(owner.eventLoop())).loop(0);
    }

    @AfterEach
    void end() {
        workers.forEach(EmbeddedChannel::finishAndReleaseAll);
        owner.finishAndReleaseAll();
    }

    private EmbeddedChannel worker(int pid) {
        EmbeddedChannel channel = FakeWorker.connect(pool, pid, 0);
        workers.add(channel);
        return channel;
    }

    private Asked ask() {
        Asked request = new Asked();
        pool.dispatch(request);
        return request;
    }

    private static void say(EmbeddedChannel worker, int type) {
        worker.writeInbound(FakeWorker.frame(type, 0, 0));
    }

    @Test
    void aWorkerGetsNothingBeforeItSaysReady() {
        EmbeddedChannel channel = FakeWorker.greet(pool, 7, 0, "asgi3", 0);
        workers.add(channel);
        Asked waiting = ask();
        assertThat(waiting.pid).isZero();
        say(channel, FrameType.READY);
        assertThat(waiting.pid).isEqualTo(7);
    }

    @Test
    void stoppingIsAnsweredWithLastAfterTheLastRequest() {
        EmbeddedChannel going = worker(1);
        ask();
        say(going, FrameType.STOPPING);
        Asked waiting = ask();
        assertThat(FakeWorker.sent(going)).endsWith(FrameType.REQUEST, FrameType.LAST);
        assertThat(waiting.pid).isZero();
    }

    @Test
    void aFrontThatEndsSaysSoToThoseItHasAndToThoseWhoCome() {
        EmbeddedChannel before = worker(1);
        pool.drain();
        EmbeddedChannel after = worker(2);
        assertThat(FakeWorker.sent(before)).endsWith(FrameType.GOING).doesNotContain(FrameType.LAST);
        assertThat(FakeWorker.sent(after)).endsWith(FrameType.GOING);
        assertThat(List.of(ask().pid, ask().pid)).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void aFrontThatEndsUsesWorkersThatGoWhileItHasNoOthers() {
        EmbeddedChannel first = worker(1);
        EmbeddedChannel second = worker(2);
        pool.drain();
        say(first, FrameType.STOPPING);
        assertThat(FakeWorker.sent(first)).endsWith(FrameType.LAST);
        say(second, FrameType.STOPPING);
        assertThat(FakeWorker.sent(second)).doesNotContain(FrameType.LAST);
        assertThat(List.of(ask().pid, ask().pid)).containsExactly(2, 2);
        worker(3);
        assertThat(FakeWorker.sent(second)).endsWith(FrameType.LAST);
        assertThat(ask().pid).isEqualTo(3);
    }

    @Test
    void theCountOfRequestsGoesOnWithAnotherFront() {
        pool = pool(new PoolOptions(9, 30_000, 0, 100, 0));
        EmbeddedChannel channel = FakeWorker.greet(pool, 7, 0, "asgi3", 98);
        workers.add(channel);
        say(channel, FrameType.READY);
        ask();
        assertThat(FakeWorker.sent(channel)).doesNotContain(FrameType.DUE);
        ask();
        assertThat(FakeWorker.sent(channel)).endsWith(FrameType.DUE);
    }

    @Test
    void whatWasNotWrittenYetWhenAWorkerDiesWasNotBegun() {
        EmbeddedChannel channel = worker(1);
        Asked written = ask();
        channel.runPendingTasks();
        Asked unwritten = ask();
        channel.pipeline().fireChannelInactive();
        assertThat(written.events).containsExactly("lost");
        assertThat(unwritten.events).containsExactly("lost before it began");
    }

    @Test
    void aLostRequestGoesBeforeThoseThatWaitAndIsNeverOneTooMany() {
        pool = pool(new PoolOptions(1, 30_000, 0, 0, 0));
        Asked waiting = ask();
        Asked again = new Asked();
        pool.dispatchAgain(again);
        assertThat(again.refusal).isNull();
        workers.add(FakeWorker.connect(pool, 1, 1));
        assertThat(again.pid).isEqualTo(1);
        assertThat(waiting.pid).isZero();
    }

    @Test
    void aThreadThatCannotBeStoppedKeepsItsPlace() {
        EmbeddedChannel channel = FakeWorker.greet(pool, 7, 1, "wsgi", 0);
        workers.add(channel);
        say(channel, FrameType.READY);
        Asked abandoned = ask();
        abandoned.stream.disconnect();
        Asked waiting = ask();
        assertThat(waiting.pid).isZero();
        FakeWorker.abort(channel, 1);
        assertThat(waiting.pid).isEqualTo(7);
        assertThat(abandoned.events).isEmpty();
    }

    @Test
    void equallyBusyWorkersGetEquallyMany() {
        for (int pid = 1; pid <= 8; pid++) {
            worker(pid);
        }
        TreeMap<Integer, Integer> counts = new TreeMap<>();
        int[] streams = new int[9];
        for (int round = 0; round < 800; round++) {
            // Some workers are always in the middle of something, as under a real load.
            int atOnce = 1 + round % 5;
            List<Integer> busy = new ArrayList<>();
            for (int i = 0; i < atOnce; i++) {
                int pid = ask().pid;
                counts.merge(pid, 1, Integer::sum);
                streams[pid]++;
                busy.add(pid);
            }
            busy.forEach(pid -> FakeWorker.abort(workers.get(pid - 1), streams[pid]));
        }
        assertThat(Collections.max(counts.values()) - Collections.min(counts.values()))
                .isLessThanOrEqualTo(1);
    }
}
