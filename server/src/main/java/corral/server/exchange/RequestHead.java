package corral.server.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request's head as it was received, checked: one array of bytes and where things are in it. Names of headers are lower-cased in place.
 * Immutable once parsed; may be read by any thread.
 */
public final class RequestHead {
    private final byte[] bytes;
    private final int[] marks;
    private final int headers;
    private final int minorVersion;

    /**
     * @param bytes the head
     * @param marks positions in bytes: method end, target start, target end, path start, path end, query start, query end, then for each
     *     header: name start, name end, value start, value end
     * @param headers how many
     * @param minorVersion 0 or 1
     */
    public RequestHead(byte[] bytes, int[] marks, int headers, int minorVersion) {
        this.bytes = bytes;
        this.marks = marks;
        this.headers = headers;
        this.minorVersion = minorVersion;
    }

    /** Indexes of {@link #mark}. */
    public static final int METHOD_END = 0;

    public static final int TARGET_START = 1;
    public static final int TARGET_END = 2;
    public static final int PATH_START = 3;
    public static final int PATH_END = 4;
    public static final int QUERY_START = 5;
    public static final int QUERY_END = 6;
    public static final int FIRST_HEADER = 7;

    /** The bytes that all positions refer to; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** As received, upper-case unless leniency allows others. */
    public String method() {
        return latin1(0, marks[METHOD_END]);
    }

    /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
    public int minorVersion() {
        return minorVersion;
    }

    /** The request target as received, in ISO 8859-1. */
    public String target() {
        return latin1(marks[TARGET_START], marks[TARGET_END]);
    }

    /** The target's path, undecoded, without query, fragment, scheme and authority; {@code *} for {@code OPTIONS *}. */
    public String rawPath() {
        return latin1(marks[PATH_START], marks[PATH_END]);
    }

    /** What follows the first {@code ?}, undecoded, without fragment; empty if nothing does. */
    public String query() {
        return latin1(marks[QUERY_START], marks[QUERY_END]);
    }

    /** A position in {@link #bytes}: one of the constants, or FIRST_HEADER + 4 × header + 0…3 (name start, end, value start, end). */
    public int mark(int which) {
        return marks[which];
    }

    /** How many header lines there are. */
    public int headerCount() {
        return headers;
    }

    /** Lower-case name of the header at index. */
    public String name(int index) {
        int at = FIRST_HEADER + 4 * index;
        return latin1(marks[at], marks[at + 1]);
    }

    /** Value of the header at index, without white space around it, in ISO 8859-1. */
    public String value(int index) {
        int at = FIRST_HEADER + 4 * index;
        return latin1(marks[at + 2], marks[at + 3]);
    }

    /** Whether the header at index has this lower-case name. */
    public boolean isNamed(int index, String name) {
        int at = FIRST_HEADER + 4 * index;
        int start = marks[at];
        if (marks[at + 1] - start != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (bytes[start + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Value of the first header of this lower-case name, null if there is none. */
    public String header(String name) {
        for (int i = 0; i < headers; i++) {
            if (isNamed(i, name)) {
                return value(i);
            }
        }
        return null;
    }

    /** Value of the last header of this lower-case name, null if there is none. */
    public String lastHeader(String name) {
        for (int i = headers - 1; i >= 0; i--) {
            if (isNamed(i, name)) {
                return value(i);
            }
        }
        return null;
    }

    private String latin1(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return method() + " " + target() + " HTTP/1." + minorVersion + " " + headers + " headers "
                + Arrays.hashCode(bytes);
    }
}
