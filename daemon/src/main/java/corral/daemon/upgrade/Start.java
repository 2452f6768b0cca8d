package corral.daemon.upgrade;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How this daemon was started, so that the next can be started alike.
 *
 * @param launcher what the user called, not resolved: a link may lead to another version now; empty if it is not known
 * @param arguments of corrald
 * @param environment that the launcher was started with
 * @param directory it was started in
 * @param umask it was started with
 */
public record Start(
        Optional<Path> launcher, List<String> arguments, Map<String, String> environment, Path directory, int umask) {}
