package corral.server.options;

import java.nio.file.Path;
import java.util.List;

/** Development: workers are drained when a file changes. Globs are matched against file names and paths. */
public record ReloadOptions(
        boolean enabled,
        List<Path> directories,
        List<String> includes,
        List<String> excludes,
        List<String> extraFiles,
        long delayMs) {
    public ReloadOptions {
        directories = List.copyOf(directories);
        includes = List.copyOf(includes);
        excludes = List.copyOf(excludes);
        extraFiles = List.copyOf(extraFiles);
    }
}
