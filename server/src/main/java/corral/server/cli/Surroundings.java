package corral.server.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command finds around it.
 *
 * @param environment variables
 * @param directory where it was started, absolute
 * @param out the terminal's stdout
 * @param err the terminal's stderr
 * @param earlier whether stdout was a terminal when the command was typed, if that is not now
 */
record Surroundings(
        Map<String, String> environment, Path directory, PrintStream out, PrintStream err, Optional<Boolean> earlier) {

    Surroundings(Map<String, String> environment, Path directory, PrintStream out, PrintStream err) {
        this(environment, directory, out, err, Optional.empty());
    }

    /** Those of this process. */
    static Surroundings own() {
        return new Surroundings(System.getenv(), Path.of("").toAbsolutePath(), System.out, System.err);
    }

    /** The same for a command that was typed earlier. */
    Surroundings typedEarlier(boolean colours) {
        return new Surroundings(environment, directory, out, err, Optional.of(colours));
    }

    /** Whether output goes where that of this process goes, so that a child may write there itself. */
    boolean isTerminal() {
        return out.equals(System.out);
    }

    /** Whether stdout is a terminal. The processes cannot see that: their output goes through the daemon. */
    boolean hasColours() {
        if (earlier.isPresent()) {
            return earlier.get();
        }
        try {
            String stdout = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return isTerminal() && (stdout.startsWith("/dev/pts/") || stdout.startsWith("/dev/tty"));
        } catch (IOException e) {
            return false;
        }
    }

    /** A variable that is set and not empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** A path as the user wrote it, seen from where the command was started. */
    String absolute(String path) {
        return directory.resolve(path).normalize().toString();
    }

    /** One line on stderr that starts with corral's name. */
    void note(String text) {
        err.println("corral: " + text);
    }
}
