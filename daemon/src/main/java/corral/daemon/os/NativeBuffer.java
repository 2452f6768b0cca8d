package corral.daemon.os;

import jnr.ffi.Pointer;

/** Native memory of a fixed size; owned by one thread. */
public final class NativeBuffer {
    private final Pointer pointer;
    private final int size;

    NativeBuffer(Pointer pointer, int size) {
        this.pointer = pointer;
        this.size = size;
    }

    Pointer pointer() {
        return pointer;
    }

    /** Capacity in bytes. */
    public int size() {
        return size;
    }

    /** A copy of the first bytes. */
    public byte[] bytes(int length) {
        byte[] copy = new byte[length];
        pointer.get(0, copy, 0, length);
        return copy;
    }

    /** Stores bytes at the start. */
    public void put(byte[] bytes, int from, int length) {
        pointer.put(0, bytes, from, length);
    }

    /** The first eight bytes as a number. */
    public long longValue() {
        return pointer.getLong(0);
    }

    /** Stores a number in the first eight bytes. */
    public void setLong(long value) {
        pointer.putLong(0, value);
    }
}
