package corral.daemon.os;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;

/** Strings and arrays of strings in native memory, as exec takes them; freed with this object. */
final class CBytes {
    private static final int POINTER_BYTES = 8;

    private final Native os;
    private final List<Pointer> kept = new ArrayList<>();

    CBytes(Native os) {
        this.os = os;
    }

    /** The bytes and a zero. */
    Pointer string(byte[] bytes) {
        Pointer memory = os.allocate(bytes.length + 1);
        memory.put(0, bytes, 0, bytes.length);
        kept.add(memory);
        return memory;
    }

    /** The strings, of which each char is a byte, and a null. */
    Pointer array(List<String> strings) {
        Pointer memory = os.allocate(POINTER_BYTES * (strings.size() + 1));
        for (int i = 0; i < strings.size(); i++) {
            memory.putPointer((long) POINTER_BYTES * i, string(strings.get(i).getBytes(StandardCharsets.ISO_8859_1)));
        }
        kept.add(memory);
        return memory;
    }
}
