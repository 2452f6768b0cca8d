package corral.ctl.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether a standard stream is a terminal. */
public final class Tty {

    private Tty() {}

    /** Whether descriptor 0, 1 or 2 is a terminal. */
    public static boolean isTerminal(int descriptor) {
        // System.console() wants both ends to be terminals, and loads JLine's classes from JDK 22 on.
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the user's environment allows colours (no-color.org). */
    public static boolean allowsColours(Map<String, String> environment) {
        String noColor = environment.getOrDefault("NO_COLOR", "");
        String term = environment.getOrDefault("TERM", "dumb");
        return noColor.isEmpty() && !term.isEmpty() && !term.equals("dumb");
    }
}
