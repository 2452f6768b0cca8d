package corral.it.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** One request and what comes back for it. Belongs to the event loop. */
final class Exchange {
    static final String ID = "x-load-id";
    static final String PID = "x-load-pid";
    static final String VERSION = "x-load-version";
    private static final int HUGE = 512 * 1024;
    private static final int LARGE = 65536;
    private static final int SMALL = 2048;

    final String id;
    final Shape shape;
    final long dueNs;
    private final String target;
    private final byte[] body;
    private final boolean chunked;
    private final ContentCheck check;
    private final Consumer<Exchange> done;
    private Runnable ended = () -> {};

    long sentNs;
    long endNs;
    long pid;
    String version = "";
    int status;
    boolean reused;
    Verdict verdict;
    String detail = "";

    /**
     * @param dueNs when it is to be sent, as {@link System#nanoTime()}
     * @param think milliseconds at most that the application works at it
     * @param done is called once, with the verdict set
     */
    Exchange(String id, Shape shape, long dueNs, RandomGenerator random, int think, Consumer<Exchange> done) {
        this.id = id;
        this.shape = shape;
        this.dueNs = dueNs;
        this.done = done;
        sentNs = dueNs;
        int size = size(random);
        body = shape.hasBody() ? body(random) : new byte[0];
        chunked = shape.hasBody() && random.nextInt(4) == 0;
        if (shape == Shape.STREAM) {
            target = "/stream/" + id + "?parts=20&ms=40&size=" + size / 4;
            check = new StreamCheck(id);
        } else {
            target = "/" + shape.path() + "/" + id + "?size=" + size + "&ms=" + random.nextInt(think + 1);
            check = new AnswerCheck(id, body, size);
        }
    }

    /** Now and then so many bytes that the worker has the client's socket for them. */
    private static int size(RandomGenerator random) {
        int dice = random.nextInt(64);
        return random.nextInt(dice == 0 ? HUGE : dice < 8 ? LARGE + 1 : SMALL);
    }

    private byte[] body(RandomGenerator random) {
        byte[] start = (id + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[Math.max(start.length, size(random))];
        random.nextBytes(bytes);
        System.arraycopy(start, 0, bytes, 0, start.length);
        return bytes;
    }

    FullHttpRequest request() {
        HttpMethod method = shape.hasBody() ? HttpMethod.POST : HttpMethod.GET;
        FullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, target, Unpooled.wrappedBuffer(body));
        request.headers().set(HttpHeaderNames.HOST, "localhost").set(ID, id);
        if (chunked) {
            request.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        } else if (shape.hasBody()) {
            request.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        if (shape.fresh()) {
            request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return request;
    }

    void onHead(HttpResponse response) {
        status = response.status().code();
        pid = response.headers().getInt(PID, 0);
        version = response.headers().get(VERSION, "");
        if (status == 200 && !id.equals(response.headers().get(ID))) {
            end(Verdict.MISDELIVERED, "the head of " + response.headers().get(ID));
        }
    }

    void onContent(ByteBuf content) {
        if (status == 200) {
            check.onPiece(content);
        } else if (detail.length() < 200) {
            detail += content.toString(0, Math.min(200, content.writerIndex()), StandardCharsets.ISO_8859_1);
        }
    }

    void onEnd() {
        if (status == 200) {
            ContentCheck.Finding finding = check.onEnd();
            end(finding.verdict(), finding.detail());
        } else {
            end(Verdict.STATUS, detail.strip());
        }
    }

    /** The connection is gone before the end. */
    void onClosed(String reason) {
        if (status != 0) {
            end(Verdict.TRUNCATED, reason);
        } else if (reused) {
            end(Verdict.CLOSED_REUSED, reason);
        } else {
            end(reason.isEmpty() ? Verdict.CLOSED : Verdict.RESET, reason);
        }
    }

    /** Something else to be done at the end. */
    void onEnded(Runnable action) {
        ended = action;
    }

    boolean ended() {
        return verdict != null;
    }

    /** Only the first call counts. */
    void end(Verdict how, String why) {
        if (verdict == null) {
            verdict = how;
            detail = why;
            endNs = System.nanoTime();
            ended.run();
            done.accept(this);
        }
    }

    Failure failure() {
        return new Failure(id, shape, verdict, detail, status, sentNs, endNs, pid);
    }
}
