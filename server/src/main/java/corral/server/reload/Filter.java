package corral.server.reload;

import corral.server.options.ReloadOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which files and directories count. Any thread. */
final class Filter {
    /** What Python writes there while it imports must never lead to the next restart. */
    private static final Set<String> NEVER = Set.of("__pycache__", ".git", ".hg", "node_modules");

    private final Globs includes;
    private final Globs excludes;
    private final List<PathMatcher> extra;

    Filter(ReloadOptions options) {
        includes = new Globs(options.includes());
        excludes = new Globs(options.excludes());
        extra = new ArrayList<>();
        options.extraFiles()
                .forEach(file -> extra.add(
                        Globs.matcher(Path.of(file).toAbsolutePath().normalize().toString())));
    }

    /**
     * Whether a directory below a watched one is watched, too.
     *
     * @param relative to the watched one
     */
    boolean enters(Path directory, Path relative) {
        return !NEVER.contains(directory.getFileName().toString())
                && !excludes.match(relative)
                && !Files.exists(directory.resolve("pyvenv.cfg"));
    }

    /** Whether a change of a file in a watched directory counts. */
    boolean takes(Path relative) {
        return includes.match(relative) && !excludes.matchAnyPart(relative);
    }

    /** Whether it is one of the further files. */
    boolean isExtra(Path file) {
        for (PathMatcher matcher : extra) {
            if (matcher.matches(file)) {
                return true;
            }
        }
        return false;
    }
}
