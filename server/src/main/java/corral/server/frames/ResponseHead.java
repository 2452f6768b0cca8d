package corral.server.frames;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Head of a response as the app gave it: one array of bytes and where names and values are in it. The worker has checked them (names
 * are tokens, values have no control characters). Immutable; may be read by any thread.
 */
public final class ResponseHead {
    private static final byte[] SEPARATOR = {':', ' '};
    private static final byte[] LINE_END = {'\r', '\n'};

    private final int status;
    private final byte[] bytes;
    private final int[] marks;
    private final int count;
    private final boolean trailers;

    /**
     * @param status 100-599; 0 for trailers and for the headers of a WebSocket's accept
     * @param marks for each header: start and end of its name, start and end of its value
     * @param trailers whether trailers follow the body
     */
    ResponseHead(int status, byte[] bytes, int[] marks, int count, boolean trailers) {
        this.status = status;
        this.bytes = bytes;
        this.marks = marks;
        this.count = count;
        this.trailers = trailers;
    }

    /** A head of these headers, each a name and a value in ISO 8859-1. */
    public static ResponseHead of(int status, String... namesAndValues) {
        byte[] bytes = String.join("", namesAndValues).getBytes(StandardCharsets.ISO_8859_1);
        int[] marks = new int[namesAndValues.length * 2];
        int at = 0;
        for (int i = 0; i < namesAndValues.length; i++) {
            marks[2 * i] = at;
            at += namesAndValues[i].length();
            marks[2 * i + 1] = at;
        }
        return new ResponseHead(status, bytes, marks, namesAndValues.length / 2, false);
    }

    ResponseHead withTrailers() {
        return new ResponseHead(status, bytes, marks, count, true);
    }

    /** 100-599; 0 for trailers and for the headers of a WebSocket's accept. */
    public int status() {
        return status;
    }

    /** Whether trailers follow the body. */
    public boolean trailers() {
        return trailers;
    }

    /** How many headers there are. */
    public int count() {
        return count;
    }

    /** Name of a header, as the app spelt it. */
    public String name(int index) {
        return text(marks[4 * index], marks[4 * index + 1]);
    }

    /** Value of a header, in ISO 8859-1. */
    public String value(int index) {
        return text(marks[4 * index + 2], marks[4 * index + 3]);
    }

    /** Length of a header's name in bytes. */
    public int nameLength(int index) {
        return marks[4 * index + 1] - marks[4 * index];
    }

    /** Whether the header has this name, given in lower case. */
    public boolean isNamed(int index, String lowerCaseName) {
        int start = marks[4 * index];
        int length = lowerCaseName.length();
        if (marks[4 * index + 1] - start != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int b = bytes[start + i];
            if (b != lowerCaseName.charAt(i) && (b < 'A' || b > 'Z' || (b | 0x20) != lowerCaseName.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Value of the first header of this name (lower case), null if there is none. */
    public String header(String lowerCaseName) {
        for (int i = 0; i < count; i++) {
            if (isNamed(i, lowerCaseName)) {
                return value(i);
            }
        }
        return null;
    }

    /** Appends a header's line with its CR LF. */
    public void write(int index, ByteBuf out) {
        int at = 4 * index;
        out.writeBytes(bytes, marks[at], marks[at + 1] - marks[at]);
        out.writeBytes(SEPARATOR);
        out.writeBytes(bytes, marks[at + 2], marks[at + 3] - marks[at + 2]);
        out.writeBytes(LINE_END);
    }

    /** Appends a header's line with its CR LF. */
    public void write(int index, Scratch out) {
        int at = 4 * index;
        out.put(bytes, marks[at], marks[at + 1] - marks[at]);
        out.put(SEPARATOR);
        out.put(bytes, marks[at + 2], marks[at + 3] - marks[at + 2]);
        out.put(LINE_END);
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("HTTP ").append(status);
        for (int i = 0; i < count; i++) {
            text.append(' ').append(name(i)).append('=').append(value(i));
        }
        return text.toString();
    }
}
