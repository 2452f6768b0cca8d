package corral.server.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes bytes at a few places. The same seed gives the same bytes. */
final class Tampering {
    private final Random random;
    private final List<byte[]> originals;

    Tampering(long seed, List<byte[]> originals) {
        random = new Random(seed);
        this.originals = originals;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** One to four of the originals, each changed up to four times. */
    byte[] next() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int parts = 1 + random.nextInt(4);
        for (int i = 0; i < parts; i++) {
            byte[] bytes = originals.get(random.nextInt(originals.size()));
            for (int changes = random.nextInt(5); changes > 0; changes--) {
                bytes = changed(bytes);
            }
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private byte[] changed(byte[] bytes) {
        if (bytes.length == 0) {
            return bytes;
        }
        byte[] copy = bytes.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> copy[at] = (byte) random.nextInt();
            case 1 -> copy[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> copy = Arrays.copyOf(bytes, at);
            case 3 -> {
                byte[] more = new byte[bytes.length + 1];
                System.arraycopy(bytes, 0, more, 0, at);
                more[at] = (byte) random.nextInt();
                System.arraycopy(bytes, at, more, at + 1, bytes.length - at);
                copy = more;
            }
            default -> System.arraycopy(bytes, at, copy, 0, bytes.length - at);
        }
        return copy;
    }
}
