package corral.server.frames;

import java.nio.charset.StandardCharsets;

/** Writes Python's marshal format into a {@link Scratch}: types that {@code marshal.loads} of Python 3.4 and later reads. */
public final class Marshal {
    private static final int SHORT = 255;

    private Marshal() {}

    /** Begins a dict; keys and values follow, then {@link #endDict}. */
    public static void dict(Scratch out) {
        out.put('{');
    }

    /** Ends a dict. */
    public static void endDict(Scratch out) {
        out.put('0');
    }

    /** Begins a list of that many elements. */
    public static void list(Scratch out, int size) {
        out.put('[');
        out.putInt(size);
    }

    /** Begins a tuple of that many elements, at most 255. */
    public static void tuple(Scratch out, int size) {
        out.put(')');
        out.put(size);
    }

    /** None. */
    public static void none(Scratch out) {
        out.put('N');
    }

    /** An int. */
    public static void integer(Scratch out, int value) {
        out.put('i');
        out.putInt(value);
    }

    /** A bytes object. */
    public static void bytes(Scratch out, byte[] source, int offset, int length) {
        out.put('s');
        out.putInt(length);
        out.put(source, offset, length);
    }

    /** A bytes object. */
    public static void bytes(Scratch out, byte[] source) {
        bytes(out, source, 0, source.length);
    }

    /** A str that Python keeps one copy of: keys and constants, ASCII, up to 255 characters. */
    public static void interned(Scratch out, String text) {
        out.put('Z');
        out.put(text.length());
        out.putLatin1(text);
    }

    /** A str. */
    public static void text(Scratch out, String text) {
        utf8(out, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A str whose UTF-8 bytes these are. */
    public static void utf8(Scratch out, byte[] source) {
        out.put('u');
        out.putInt(source.length);
        out.put(source);
    }

    /** A str of ASCII characters, which the caller knows to be that. */
    public static void ascii(Scratch out, byte[] source, int offset, int length) {
        if (length <= SHORT) {
            out.put('z');
            out.put(length);
        } else {
            out.put('a');
            out.putInt(length);
        }
        out.put(source, offset, length);
    }
}
