package corral.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.frames.Marshal;
import corral.server.frames.ResponseHead;
import corral.server.frames.Scratch;
import corral.server.options.PoolOptions;
import corral.server.pool.LoopPool;
import corral.server.pool.Loss;
import corral.server.pool.WorkerFacts;
import corral.server.pool.WorkerPool;
import corral.server.pool.WorkerStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a request whose worker is lost. No worker is there, so one that is retried waits. */
class LostWorkerTest {
    private static final Loss BEGUN = new Loss("worker 0 (pid 1) died", false, true);
    private static final Loss NOT_BEGUN = new Loss("worker 0 (pid 1) died", false, false);
    private static final Loss SILENT = new Loss("worker 0 (pid 1) stopped answering", true, true);

    private final EmbeddedChannel owner = new EmbeddedChannel();
    private final LoopPool pool =
            new WorkerPool(new PoolOptions(9, 30_000, 0, 0, 0), 0, 1 << 20, List.of(owner.eventLoop())).loop(0);
    private final Told client = new Told();
    private boolean idempotent = true;

    @AfterEach
    void end() {
        owner.finishAndReleaseAll();
    }

    private Exchange begin(boolean whole) {
        Exchange exchange = new Exchange(new Source(), client, pool, System.nanoTime());
        exchange.offer(Unpooled.EMPTY_BUFFER, whole);
        exchange.start();
        assertThat(pool.withdraw(exchange)).isTrue();
        exchange.onDispatched(new NoStream());
        exchange.writeRequest(new Scratch(), new WorkerFacts(0, 1, 1, 0, false));
        return exchange;
    }

    private void isRetried(Exchange exchange, Loss loss) {
        assertThat(exchange.onLost(loss)).contains("GET /x", "request c1-1", "another worker gets it");
        assertThat(pool.withdraw(exchange)).isTrue();
        exchange.writeRequest(new Scratch(), new WorkerFacts(0, 2, 1, 0, false));
        assertThat(client.events).isEmpty();
    }

    private void ends(Exchange exchange, Loss loss, String event) {
        exchange.onLost(loss);
        assertThat(client.events).containsExactly(event);
        assertThat(pool.withdraw(exchange)).isFalse();
    }

    @Test
    void anIdempotentRequestIsDoneAgainOnce() {
        Exchange exchange = begin(true);
        isRetried(exchange, BEGUN);
        ends(exchange, BEGUN, "502");
    }

    @Test
    void soIsOneWhoseWorkerHungBeforeItDied() {
        Exchange exchange = begin(true);
        isRetried(exchange, SILENT);
        ends(exchange, SILENT, "504");
    }

    @Test
    void whatIsNotIdempotentIsNot() {
        idempotent = false;
        ends(begin(true), BEGUN, "502");
    }

    @Test
    void whatNoAppHasSeenGoesElsewhereHoweverOftenAndWhateverItIs() {
        idempotent = false;
        Exchange exchange = begin(true);
        for (int i = 0; i < 5; i++) {
            isRetried(exchange, NOT_BEGUN);
        }
        ends(exchange, BEGUN, "502");
    }

    @Test
    void aBodyThatWasHandedOnCannotBeSentAgain() {
        ends(begin(false), NOT_BEGUN, "502");
    }

    @Test
    void aHeadThatNoClientHasSeenDoesNotCount() {
        Exchange exchange = begin(true);
        exchange.onHead(ResponseHead.of(200));
        client.events.clear();
        isRetried(exchange, BEGUN);
    }

    @Test
    void aResponseThatHadBegunIsCut() {
        Exchange exchange = begin(true);
        exchange.onHead(ResponseHead.of(200));
        exchange.onBody(Unpooled.EMPTY_BUFFER, false);
        client.events.clear();
        ends(exchange, BEGUN, "cut");
    }

    private final class Source implements RequestSource {
        @Override
        public void writeScope(Scratch out, WorkerFacts worker) {
            Marshal.none(out);
        }

        @Override
        public boolean idempotent() {
            return idempotent;
        }

        @Override
        public boolean expectsContinue() {
            return false;
        }

        @Override
        public boolean lendable() {
            return false;
        }

        @Override
        public boolean longBody() {
            return false;
        }

        @Override
        public String summary() {
            return "GET /x";
        }

        @Override
        public String id() {
            return "c1-1";
        }
    }

    /** Writes down what the client gets. */
    private static final class Told implements ClientSink {
        private final List<String> events = new ArrayList<>();
        private boolean written;

        @Override
        public void head(ResponseHead head) {
            events.add("head");
        }

        @Override
        public void response(ResponseHead head, ByteBuf body, boolean end) {
            events.add("response");
        }

        @Override
        public void body(ByteBuf bytes, boolean end) {
            written = true;
            events.add("body");
        }

        @Override
        public boolean borrow() {
            return false;
        }

        @Override
        public boolean borrowBody() {
            return false;
        }

        @Override
        public boolean received(long bytes, boolean end) {
            return false;
        }

        @Override
        public void sent(long bytes, boolean end) {
            written = true;
            events.add("sent");
        }

        @Override
        public void file(String path) {
            events.add("file");
        }

        @Override
        public void trailers(ResponseHead trailers) {
            events.add("trailers");
        }

        @Override
        public void inform(ResponseHead head) {
            events.add("inform");
        }

        @Override
        public void continueBody() {
            events.add("continue");
        }

        @Override
        public boolean untouched() {
            return !written;
        }

        @Override
        public void fail(int status, String reason) {
            events.add(Integer.toString(status));
        }

        @Override
        public void cut(String reason) {
            events.add("cut");
        }

        @Override
        public void readOn() {}
    }

    private static final class NoStream implements WorkerStream {
        @Override
        public WorkerFacts worker() {
            return new WorkerFacts(0, 1, 1, 0, false);
        }

        @Override
        public int credit() {
            return 0;
        }

        @Override
        public void body(ByteBuf bytes, boolean end) {
            bytes.release();
        }

        @Override
        public void text(ByteBuf message) {
            message.release();
        }

        @Override
        public void binary(ByteBuf message) {
            message.release();
        }

        @Override
        public void give(int bytes) {}

        @Override
        public void disconnect() {}

        @Override
        public void lend(int descriptor, int patienceMs) {}

        @Override
        public void refuseLoan() {}

        @Override
        public boolean lendBody(int descriptor, long remaining) {
            return false;
        }

        @Override
        public void refuseBodyLoan() {}

        @Override
        public void halfClose() {}

        @Override
        public void leave(int code) {}

        @Override
        public void disconnect(int code, String reason) {}
    }
}
