package corral.server.pool;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.frames.FrameType;
import corral.server.frames.Marshal;
import corral.server.frames.ResponseHead;
import corral.server.frames.Scratch;
import corral.server.options.PoolOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
        EmbeddedChannel channel = new EmbeddedChannel(pool.newLink());
        Scratch hello = new Scratch();
        Marshal.dict(hello);
        Marshal.interned(hello, "version");
        Marshal.integer(hello, 1);
        Marshal.interned(hello, "pid");
        Marshal.integer(hello, pid);
        Marshal.interned(hello, "capacity");
        Marshal.integer(hello, capacity);
        Marshal.endDict(hello);
        ByteBuf payload = Unpooled.buffer();
        hello.copyTo(payload);
        channel.writeInbound(frame(FrameType.WORKER_HELLO, 0, 0, payload));
        channel.writeInbound(frame(FrameType.READY, 0, 0, Unpooled.EMPTY_BUFFER));
        workers.add(channel);
        return channel;
    }

    private static ByteBuf frame(int type, int flags, int stream, ByteBuf payload) {
        return Unpooled.buffer()
                .writeIntLE(payload.readableBytes())
                .writeIntLE(stream)
                .writeByte(type)
                .writeByte(flags)
                .writeShort(0)
                .writeBytes(payload);
    }

    /** The app is through with a stream. */
    private static void abort(EmbeddedChannel worker, int stream) {
        worker.writeInbound(frame(FrameType.ABORT, FrameType.END, stream, Unpooled.EMPTY_BUFFER));
    }

    private Asked ask() {
        Asked request = new Asked();
        pool.dispatch(request);
        return request;
    }

    /** Frame types that were sent to a worker. */
    private static List<Integer> sent(EmbeddedChannel worker) {
        worker.runPendingTasks();
        List<Integer> types = new ArrayList<>();
        for (ByteBuf out = worker.readOutbound(); out != null; out = worker.readOutbound()) {
            while (out.isReadable()) {
                int length = out.readIntLE();
                out.skipBytes(4);
                types.add((int) out.readUnsignedByte());
                out.skipBytes(3 + length);
            }
            out.release();
        }
        return types;
    }

    @Test
    void requestsGoToTheLeastBusyWorker() {
        EmbeddedChannel first = worker(1, 0);
        worker(2, 0);
        List<Integer> pids = List.of(ask().pid, ask().pid, ask().pid, ask().pid);
        assertThat(pids).containsExactlyInAnyOrder(1, 1, 2, 2);
        abort(first, 1);
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
        assertThat(sent(worker)).containsExactly(FrameType.REQUEST, FrameType.REQUEST);
    }

    @Test
    void aWorkerNeverHasMoreThanItsCapacity() {
        EmbeddedChannel worker = worker(1, 1);
        assertThat(ask().pid).isEqualTo(1);
        Asked waiting = ask();
        assertThat(waiting.pid).isZero();
        abort(worker, 1);
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
        abort(worker, 1);
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
        old.writeInbound(frame(FrameType.STOPPING, 0, 0, Unpooled.EMPTY_BUFFER));
        Asked waiting = ask();
        assertThat(waiting.pid).isZero();
        worker(2, 0);
        assertThat(waiting.pid).isEqualTo(2);
        abort(old, 1);
        assertThat(running.events).containsExactly("abort");
    }

    @Test
    void afterMaxRequestsAWorkerIsToldOnceAndGoesOn() {
        pool = pool(new PoolOptions(2, 30_000, 0, 2, 0), 0);
        EmbeddedChannel worker = worker(1, 0);
        ask();
        assertThat(sent(worker)).doesNotContain(FrameType.DUE);
        ask();
        assertThat(sent(worker)).endsWith(FrameType.DUE);
        assertThat(ask().pid).isEqualTo(1);
        assertThat(sent(worker)).doesNotContain(FrameType.DUE);
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
        abort(worker, 1);
        assertThat(ask().refusal).isNull();
    }

    @Test
    void framesOfAnEndedStreamAreDropped() {
        EmbeddedChannel worker = worker(1, 0);
        Asked request = ask();
        request.stream.disconnect();
        abort(worker, 1);
        assertThat(request.events).isEmpty();
        assertThat(sent(worker)).endsWith(FrameType.DISCONNECT);
    }

    /** A request that writes down what becomes of it. */
    private static final class Asked implements WorkerRequest {
        private final List<String> events = new ArrayList<>();
        private int pid;
        private Refusal refusal;
        private WorkerStream stream;

        @Override
        public int writeRequest(Scratch out, WorkerFacts worker) {
            Marshal.none(out);
            return 0;
        }

        @Override
        public boolean bodyComplete() {
            return true;
        }

        @Override
        public boolean expectsContinue() {
            return false;
        }

        @Override
        public void onRefused(Refusal why) {
            refusal = why;
        }

        @Override
        public void onDispatched(WorkerStream taken) {
            stream = taken;
            pid = taken.worker().pid();
        }

        @Override
        public void onAbort(String reason) {
            events.add("abort");
        }

        @Override
        public String onLost(Loss loss) {
            events.add(loss.begun() ? "lost" : "lost before it began");
            return "a request";
        }

        @Override
        public void onCredit() {}

        @Override
        public void onBodyWanted() {}

        @Override
        public void onHead(ResponseHead head) {}

        @Override
        public void onBody(ByteBuf bytes, boolean end) {
            bytes.release();
        }

        @Override
        public void onPath(String path) {}

        @Override
        public void onTrailers(ResponseHead trailers) {}

        @Override
        public void onInform(ResponseHead head) {}

        @Override
        public void onAccept(String subprotocol, ResponseHead headers) {}

        @Override
        public void onText(ByteBuf message) {
            message.release();
        }

        @Override
        public void onBinary(ByteBuf message) {
            message.release();
        }

        @Override
        public void onClose(int code, String reason) {}
    }
}
