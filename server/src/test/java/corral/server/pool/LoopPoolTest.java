package corral.server.pool;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.frames.FrameType;
import corral.server.options.PoolOptions;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which worker gets a request, and what happens when none can. */
class LoopPoolTest {
    private final EmbeddedChannel owner = new EmbeddedChannel();
    private final List<EmbeddedChannel> workers = new ArrayList<>();
    private LoopPool pool = pool(new PoolOptions(2, 30_000, 0, 0, 0), 0);

    private LoopPool pool(PoolOptions options, int concurrency) {
        return new WorkerPool(options, concurrency, 1 << 20, List.of(owner.eventLoop())).loop(0);
    }

    @AfterEach
    void end() {
        workers.forEach(EmbeddedChannel::finishAndReleaseAll);
        owner.finishAndReleaseAll();
    }

    private EmbeddedChannel worker(int pid, int capacity) {
        EmbeddedChannel channel = FakeWorker.connect(pool, pid, capacity);
        workers.add(channel);
        return channel;
    }

    private Asked ask() {
        Asked request = new Asked();
        pool.dispatch(request);
        return request;
    }

    @Test
    void requestsGoToTheLeastBusyWorker() {
        EmbeddedChannel first = worker(1, 0);
        worker(2, 0);
        List<Integer> pids = List.of(ask().pid, ask().pid, ask().pid, ask().pid);
        assertThat(pids).containsExactlyInAnyOrder(1, 1, 2, 2);
        FakeWorker.abort(first, 1);
        assertThat(ask().pid).isEqualTo(1);
    }

    @Test
    void requestsOfOneWakeupAreOneWrite() {
        EmbeddedChannel worker = worker(1, 0);
        worker.runPendingTasks();
        worker.releaseOutbound();
        ask();
        ask();
        worker.runPendingTasks();
        assertThat(worker.outboundMessages()).hasSize(1);
        assertThat(FakeWorker.sent(worker)).containsExactly(FrameType.REQUEST, FrameType.REQUEST);
    }

    @Test
    void aWorkerNeverHasMoreThanItsCapacity() {
        EmbeddedChannel worker = worker(1, 1);
        assertThat(ask().pid).isEqualTo(1);
        Asked waiting = ask();
        assertThat(waiting.pid).isZero();
        FakeWorker.abort(worker, 1);
        assertThat(waiting.pid).isEqualTo(1);
    }

    @Test
    void whoWaitsIsServedInTurnWhenAWorkerComes() {
        Asked first = ask();
        Asked second = ask();
        Asked third = ask();
        assertThat(third.refusal).isEqualTo(Refusal.QUEUE_FULL);
        EmbeddedChannel worker = worker(1, 1);
        assertThat(first.pid).isEqualTo(1);
        assertThat(second.pid).isZero();
        FakeWorker.abort(worker, 1);
        assertThat(second.pid).isEqualTo(1);
    }

    @Test
    void aWithdrawnRequestMakesRoom() {
        Asked first = ask();
        ask();
        assertThat(pool.withdraw(first)).isTrue();
        assertThat(pool.withdraw(first)).isFalse();
        assertThat(ask().refusal).isNull();
    }

    @Test
    void aStoppingWorkerGetsNoMoreButFinishesWhatItHas() {
        EmbeddedChannel old = worker(1, 0);
        Asked running = ask();
        old.writeInbound(FakeWorker.frame(FrameType.STOPPING, 0, 0));
        Asked waiting = ask();
        assertThat(waiting.pid).isZero();
        worker(2, 0);
        assertThat(waiting.pid).isEqualTo(2);
        FakeWorker.abort(old, 1);
        assertThat(running.events).containsExactly("abort");
    }

    @Test
    void afterMaxRequestsAWorkerIsToldOnceAndGoesOn() {
        pool = pool(new PoolOptions(2, 30_000, 0, 2, 0), 0);
        EmbeddedChannel worker = worker(1, 0);
        ask();
        assertThat(FakeWorker.sent(worker)).doesNotContain(FrameType.DUE);
        ask();
        assertThat(FakeWorker.sent(worker)).endsWith(FrameType.DUE);
        assertThat(ask().pid).isEqualTo(1);
        assertThat(FakeWorker.sent(worker)).doesNotContain(FrameType.DUE);
    }

    @Test
    void aLostWorkersRequestsHearOfIt() {
        EmbeddedChannel worker = worker(1, 0);
        Asked request = ask();
        worker.close();
        assertThat(request.events).containsExactly("lost");
        assertThat(ask().pid).isZero();
    }

    @Test
    void requestsInFlightAreLimited() {
        pool = pool(new PoolOptions(9, 30_000, 0, 0, 0), 2);
        EmbeddedChannel worker = worker(1, 1);
        ask();
        Asked waiting = ask();
        assertThat(ask().refusal).isEqualTo(Refusal.CONCURRENCY);
        pool.withdraw(waiting);
        assertThat(ask().refusal).isNull();
        FakeWorker.abort(worker, 1);
        assertThat(ask().refusal).isNull();
    }

    @Test
    void framesOfAnEndedStreamAreDropped() {
        EmbeddedChannel worker = worker(1, 0);
        Asked request = ask();
        request.stream.disconnect();
        FakeWorker.abort(worker, 1);
        assertThat(request.events).isEmpty();
        assertThat(FakeWorker.sent(worker)).endsWith(FrameType.DISCONNECT);
    }
}
