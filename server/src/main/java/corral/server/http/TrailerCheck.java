package corral.server.http;

import java.util.Set;

/** Reads the trailers of a chunked body, byte by byte, to refuse those that must not be there (RFC 9110 6.5.1); the rest is dropped. */
final class TrailerCheck {
    private static final int BAD_REQUEST = 400;
    private static final Set<String> FORBIDDEN = Set.of(
            "content-length",
            "transfer-encoding",
            "host",
            "content-encoding",
            "content-type",
            "content-range",
            "trailer");

    private enum State {
        LINE,
        NAME,
        VALUE,
        LINE_END,
        LAST
    }

    private final int limit;
    private final StringBuilder name = new StringBuilder();
    private State state = State.LINE;
    private int size;

    /** @param limit of all trailers, bytes */
    TrailerCheck(int limit) {
        this.limit = limit;
    }

    void begin() {
        state = State.LINE;
        size = 0;
        name.setLength(0);
    }

    /** True when that was the last byte of the body. */
    boolean read(byte b) throws RequestError {
        if (++size > limit) {
            throw new RequestError(BAD_REQUEST, "trailers of more than " + limit + " bytes");
        }
        switch (state) {
            case LINE -> line(b);
            case NAME -> name(b);
            case VALUE -> value(b);
            case LINE_END -> {
                lineFeed(b);
                state = State.LINE;
            }
            case LAST -> {
                lineFeed(b);
                return true;
            }
        }
        return false;
    }

    private void line(byte b) throws RequestError {
        name.setLength(0);
        if (b == '\r') {
            state = State.LAST;
        } else {
            state = State.NAME;
            name(b);
        }
    }

    private void name(byte b) throws RequestError {
        if (b == ':' && !name.isEmpty()) {
            if (FORBIDDEN.contains(name.toString())) {
                throw new RequestError(BAD_REQUEST, "the trailer " + name);
            }
            state = State.VALUE;
        } else if (Octets.token(b)) {
            name.append((char) Octets.lower(b));
        } else {
            throw new RequestError(BAD_REQUEST, "a trailer without a valid name");
        }
    }

    private void value(byte b) throws RequestError {
        if (b == '\r') {
            state = State.LINE_END;
        } else if (!Octets.value(b)) {
            throw new RequestError(BAD_REQUEST, "a control character in a trailer");
        }
    }

    private static void lineFeed(byte b) throws RequestError {
        if (b != '\n') {
            throw new RequestError(BAD_REQUEST, "a trailer that does not end with CR LF");
        }
    }
}
