package corral.daemon.service;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What descriptors are called in the store of a service manager, which allows 255 characters of ASCII without colons
 * (sd_notify(3)): {@code corral/fifo/GROUP/PROCESS.stdout}, {@code corral/notify/7}. Files have harmless names, and the only
 * colon in one divides group and process.
 */
final class StoredName {
    private static final String PREFIX = "corral/";
    private static final String FIFO = "fifo:";
    private static final int MAX = 255;

    private StoredName() {}

    /** Of what has this name in a bag; empty when it would be too long. */
    static Optional<String> of(String name) {
        String part = name.startsWith(FIFO) ? FIFO + name.substring(name.lastIndexOf('/') + 1) : name;
        return Optional.of(PREFIX + part.replace(':', '/')).filter(stored -> stored.length() <= MAX);
    }

    /** The name for a bag again; empty when something else is called so. */
    static Optional<String> inBag(String stored, Path runtimeDirectory) {
        if (!stored.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String name = stored.substring(PREFIX.length()).replace('/', ':');
        return Optional.of(
                name.startsWith(FIFO) ? FIFO + runtimeDirectory.resolve(name.substring(FIFO.length())) : name);
    }
}
