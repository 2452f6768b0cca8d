package corral.server.frames;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A growing array that heads and scopes are put together in before they are copied to the socket's buffer at once: storing into an
 * array costs a fraction of as many writes to a buffer. One per event loop, used by it only.
 */
public final class Scratch {
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int INITIAL = 16 * 1024;

    private byte[] bytes;
    private int size;

    /** With room for a usual head. */
    public Scratch() {
        this(INITIAL);
    }

    /** With room for so many bytes, at first. */
    public Scratch(int capacity) {
        bytes = new byte[capacity];
    }

    /** Forgets everything. */
    public void clear() {
        size = 0;
    }

    /** How many bytes there are. */
    public int size() {
        return size;
    }

    /** Appends one byte. */
    public void put(int b) {
        ensure(1);
        bytes[size++] = (byte) b;
    }

    /** Appends them all. */
    public void put(byte[] source) {
        put(source, 0, source.length);
    }

    /** Appends length bytes of source. */
    public void put(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    /** Appends four bytes, the lowest first. */
    public void putInt(int value) {
        ensure(Integer.BYTES);
        INT_LE.set(bytes, size, value);
        size += Integer.BYTES;
    }

    /** Overwrites four bytes. */
    public void setInt(int at, int value) {
        INT_LE.set(bytes, at, value);
    }

    /** Appends characters below 256, one byte each. */
    public void putLatin1(String text) {
        put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Appends the digits of a number that is not negative. */
    public void putDecimal(long number) {
        ensure(20);
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = size + digits - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }

    /** Appends what the buffer holds, and leaves it as it is. */
    public void put(ByteBuf source) {
        int length = source.readableBytes();
        ensure(length);
        source.getBytes(source.readerIndex(), bytes, size, length);
        size += length;
    }

    /** Copies everything to a buffer. */
    public void copyTo(ByteBuf out) {
        out.writeBytes(bytes, 0, size);
    }

    /** Makes room for further bytes, which the caller then stores into {@link #array} and reports by {@link #advance}. */
    public void ensure(int further) {
        if (bytes.length - size < further) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + further));
        }
    }

    /** The array; may change with every call that appends. */
    public byte[] array() {
        return bytes;
    }

    /** Says that further bytes were stored behind the present ones. */
    public void advance(int further) {
        size += further;
    }
}
