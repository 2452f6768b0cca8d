package corral.daemon.logs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Puts a text before each line of a stream. A line is passed on as a whole: the last one waits for its end, and is cut when it grows
 * beyond {@value #LONGEST} bytes. Output thread only.
 */
final class LinePrefix {
    private static final int LONGEST = 64 * 1024;

    private final byte[] prefix;
    /** The beginning of a line whose end has not come. */
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    /** {@code text} stands before each line, with a blank behind it. */
    LinePrefix(String text) {
        this.prefix = (text + " ").getBytes(StandardCharsets.UTF_8);
    }

    /** The lines that are complete now, with their prefix. */
    byte[] accept(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + prefix.length);
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                held.write(bytes, from, i - from);
                end(out);
                from = i + 1;
            } else if (held.size() + i - from >= LONGEST) {
                held.write(bytes, from, i - from);
                end(out);
                from = i;
            }
        }
        held.write(bytes, from, bytes.length - from);
        return out.toByteArray();
    }

    /** The stream has ended: what is left of it is a line. */
    byte[] finish() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (held.size() > 0) {
            end(out);
        }
        return out.toByteArray();
    }

    private void end(ByteArrayOutputStream out) {
        out.writeBytes(prefix);
        out.writeBytes(held.toByteArray());
        out.write('\n');
        held.reset();
    }
}
