package corral.server.http;

import io.netty.buffer.ByteBuf;

/**
 * Takes a request's body out of its framing (RFC 9112 6, 7). Line ends must be CR LF, sizes plain hexadecimal digits, extensions and trailers
 * short; trailers are checked and dropped. One per connection, on its event loop.
 */
final class BodyDecoder {
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE_BODY = 413;
    private static final int MAX_SIZE_DIGITS = 15;
    private static final int MAX_EXTENSION = 256;
    private static final int MAX_EXTENSIONS = 16 * 1024;
    private static final int MAX_TRAILERS = 8 * 1024;
    private static final byte CR = '\r';
    private static final byte LF = '\n';

    private enum State {
        DATA,
        SIZE,
        EXTENSION,
        SIZE_END,
        DATA_CR,
        DATA_LF,
        TRAILER,
        DONE
    }

    private final long limit;
    private final TrailerCheck trailers = new TrailerCheck(MAX_TRAILERS);
    private State state = State.DONE;
    private boolean chunked;
    private long remaining;
    private long total;
    private int digits;
    private int extension;
    private int extensions;

    /** @param limit bytes of a body, 0 for none */
    BodyDecoder(long limit) {
        this.limit = limit;
    }

    /** Begins a body of that many bytes, or a chunked one. */
    void begin(boolean inChunks, long length) throws RequestError {
        chunked = inChunks;
        remaining = inChunks ? 0 : Math.max(0, length);
        total = 0;
        digits = 0;
        extensions = 0;
        trailers.begin();
        if (inChunks) {
            state = State.SIZE;
        } else {
            state = remaining == 0 ? State.DONE : State.DATA;
            count(remaining);
        }
    }

    /** Whether the body, its trailers included, was read to its end. */
    boolean complete() {
        return state == State.DONE;
    }

    /** Bytes that are certainly still to come; for a chunked body only those of the present chunk. */
    long remaining() {
        return remaining;
    }

    /** Bytes of the body itself that are still to come, without any framing; 0 if there is some. */
    long plain() {
        return chunked || state != State.DATA ? 0 : remaining;
    }

    /** So many of {@link #plain} were taken elsewhere. */
    void skip(long bytes) {
        remaining -= bytes;
        if (remaining == 0) {
            state = State.DONE;
        }
    }

    /**
     * Takes framing and body bytes from in.
     *
     * @return a part of the body, retained; null if in holds none (any more)
     * @throws RequestError if the framing is broken or the body too long
     */
    ByteBuf decode(ByteBuf in) throws RequestError {
        while (in.isReadable() && state != State.DONE) {
            if (state == State.DATA) {
                return data(in);
            }
            byte b = in.readByte();
            switch (state) {
                case SIZE -> size(b);
                case EXTENSION -> extension(b);
                case SIZE_END -> sizeEnd(b);
                case DATA_CR -> {
                    expect(b, CR);
                    state = State.DATA_LF;
                }
                case DATA_LF -> {
                    expect(b, LF);
                    state = State.SIZE;
                    digits = 0;
                }
                case TRAILER -> {
                    if (trailers.read(b)) {
                        state = State.DONE;
                    }
                }
                case DATA, DONE -> throw new IllegalStateException(state.toString());
            }
        }
        return null;
    }

    private ByteBuf data(ByteBuf in) {
        int length = (int) Math.min(remaining, in.readableBytes());
        remaining -= length;
        if (remaining == 0) {
            state = chunked ? State.DATA_CR : State.DONE;
        }
        return in.readRetainedSlice(length);
    }

    private void size(byte b) throws RequestError {
        if (Octets.hex(b)) {
            if (++digits > MAX_SIZE_DIGITS) {
                throw new RequestError(BAD_REQUEST, "a chunk size of more than " + MAX_SIZE_DIGITS + " digits");
            }
            remaining = (remaining << 4) + Character.digit(b, 16);
        } else if (digits == 0) {
            throw new RequestError(BAD_REQUEST, "a chunk without size");
        } else if (b == ';') {
            extension = 0;
            state = State.EXTENSION;
        } else {
            expect(b, CR);
            state = State.SIZE_END;
        }
    }

    private void extension(byte b) throws RequestError {
        if (b == CR) {
            state = State.SIZE_END;
        } else if (!Octets.value(b)) {
            throw new RequestError(BAD_REQUEST, "a control character in a chunk extension");
        } else if (++extension > MAX_EXTENSION || ++extensions > MAX_EXTENSIONS) {
            throw new RequestError(BAD_REQUEST, "chunk extensions that are too long");
        }
    }

    private void sizeEnd(byte b) throws RequestError {
        expect(b, LF);
        count(remaining);
        state = remaining == 0 ? State.TRAILER : State.DATA;
    }

    private void count(long bytes) throws RequestError {
        total += bytes;
        if (limit > 0 && total > limit) {
            throw new RequestError(TOO_LARGE_BODY, "a body of more than " + limit + " bytes");
        }
    }

    private static void expect(byte b, byte wanted) throws RequestError {
        if (b != wanted) {
            throw new RequestError(BAD_REQUEST, "a chunk whose framing is broken");
        }
    }
}
