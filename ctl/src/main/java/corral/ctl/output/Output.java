package corral.ctl.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output or error as UTF-8, whatever the locale says, since logs pass through unchanged. Nothing is held back:
 * a line is seen when its process is done, not when the command is. Any thread.
 */
public final class Output {
    /** A whole log is not copied only to be written at once with its line end. */
    private static final int LONG = 1 << 16;

    private final OutputStream stream;
    private final boolean coloured;

    /**
     * An output.
     *
     * @param coloured whether it is a terminal whose user likes colours
     */
    public Output(OutputStream stream, boolean coloured) {
        this.stream = stream;
        this.coloured = coloured;
    }

    /** Whether states may be coloured. */
    public boolean isColoured() {
        return coloured;
    }

    /** Writes a line. */
    public void line(String text) {
        if (text.length() > LONG) {
            text(text);
            text("\n");
        } else {
            text(text + "\n");
        }
    }

    /** Writes a text without a line end of its own. */
    public void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        bytes(bytes, 0, bytes.length);
    }

    /** Writes bytes as they are. */
    public synchronized void bytes(byte[] buffer, int offset, int length) {
        try {
            stream.write(buffer, offset, length);
            stream.flush();
        } catch (IOException e) {
            throw new OutputClosedException(e);
        }
    }
}
