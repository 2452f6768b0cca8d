package corral.daemon.logs;

import java.io.ByteArrayOutputStream;

/**
 * Takes {@code ESC [ … X} out of a stream, X one of {@code H f A B C D R s u J K h l p m} (spec/supervisor.md 2.1,
 * strip_ansi), also when a sequence is cut by a read.
 */
final class AnsiStripper {
    private static final String TERMINATORS = "HfABCDRsuJKhlpm";
    private static final int LONGEST = 64;

    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    byte[] strip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        for (byte b : bytes) {
            accept(b, out);
        }
        return out.toByteArray();
    }

    private void accept(byte b, ByteArrayOutputStream out) {
        if (held.size() == 0 && b != 0x1b) {
            out.write(b);
            return;
        }
        if (held.size() == 1 && b != '[') {
            out.writeBytes(held.toByteArray());
            held.reset();
            accept(b, out);
            return;
        }
        if (held.size() >= 2 && TERMINATORS.indexOf(b) >= 0) {
            held.reset();
            return;
        }
        held.write(b);
        if (held.size() > LONGEST) {
            out.writeBytes(held.toByteArray());
            held.reset();
        }
    }
}
