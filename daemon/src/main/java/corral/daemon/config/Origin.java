package corral.daemon.config;

import java.nio.file.Path;

/**
 * Where something in the configuration was written.
 *
 * @param file the file; relative paths stay as they were given
 * @param line 1-based; 0 for the command line or a default
 */
public record Origin(Path file, int line) {

    /** A value that no file gave. */
    public static final Origin NOWHERE = new Origin(Path.of("default"), 0);

    /** An option of the command line. */
    static final Origin COMMAND_LINE = new Origin(Path.of("command line"), 0);

    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file.toString();
    }
}
