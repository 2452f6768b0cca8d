package corral.server.http;

import corral.server.exchange.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The body of a request on its way from what has arrived to its exchange, or to nowhere. One per connection, on its event loop. */
final class RequestBody {
    /** What is thrown away of a body that nobody wants, and what else a client may send in vain. */
    static final int MAX_DISCARD = 64 * 1024;

    private final BodyDecoder decoder;
    private int discarded;

    /** What comes next. */
    enum Step {
        /** More must arrive. */
        STARVED,
        /** The exchange takes no more for now, or too much was thrown away. */
        FULL,
        /** It was read to its end. */
        COMPLETE
    }

    /** @param limit bytes of a body, 0 for none */
    RequestBody(long limit) {
        decoder = new BodyDecoder(limit);
    }

    /** A new request. */
    void begin(KnownHeaders known) throws RequestError {
        discarded = 0;
        decoder.begin(known.chunked(), known.contentLength());
    }

    boolean complete() {
        return decoder.complete();
    }

    /** Whether so little is missing that it may be thrown away. */
    boolean nearlyComplete() {
        return decoder.complete() || decoder.remaining() <= MAX_DISCARD;
    }

    /** Bytes that are still to come, exactly as they are in the body; 0 if there is some framing about them. */
    long plain() {
        return decoder.plain();
    }

    /**
     * So many of {@link #plain} were read by somebody else.
     *
     * @param end whether that was all
     * @return false if that cannot be
     */
    boolean skip(long bytes, boolean end) {
        if (bytes > decoder.plain() || end != (bytes == decoder.plain())) {
            return false;
        }
        decoder.skip(bytes);
        return true;
    }

    /** Gives the exchange what has arrived. */
    Step read(ByteBuf in, Exchange exchange) throws RequestError {
        while (true) {
            ByteBuf part = decoder.decode(in);
            boolean end = decoder.complete();
            if (part == null && !end) {
                return Step.STARVED;
            }
            boolean more = exchange.offer(part == null ? Unpooled.EMPTY_BUFFER : part, end);
            if (end) {
                return Step.COMPLETE;
            }
            if (!more) {
                return Step.FULL;
            }
        }
    }

    /** Throws away what has arrived. */
    Step discard(ByteBuf in) throws RequestError {
        while (true) {
            ByteBuf part = decoder.decode(in);
            if (part != null) {
                discarded += part.readableBytes();
                part.release();
            }
            if (decoder.complete()) {
                return Step.COMPLETE;
            }
            if (discarded > MAX_DISCARD) {
                return Step.FULL;
            }
            if (part == null) {
                return Step.STARVED;
            }
        }
    }
}
