package corral.server.reload;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;

/** Patterns of file names or of paths relative to the watched directory: {@code * ? [abc]}, as Python's. Any thread. */
final class Globs {
    private final List<PathMatcher> matchers;

    Globs(List<String> patterns) {
        matchers = patterns.stream().map(Globs::matcher).toList();
    }

    /** Whether a pattern fits the last name of the path or the whole of it. */
    boolean match(Path relative) {
        Path name = relative.getFileName();
        for (PathMatcher matcher : matchers) {
            if (matcher.matches(relative) || (name != null && matcher.matches(name))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a pattern fits the path or one of the directories that it goes through. */
    boolean matchAnyPart(Path relative) {
        for (int length = 1; length <= relative.getNameCount(); length++) {
            if (match(relative.subpath(0, length))) {
                return true;
            }
        }
        return false;
    }

    /** Braces are alternatives in Java and plain characters in Python. */
    static PathMatcher matcher(String pattern) {
        String plain = pattern.replace("{", "\\{").replace("}", "\\}");
        String trimmed = plain.length() > 1 && plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
        return FileSystems.getDefault().getPathMatcher("glob:" + trimmed);
    }
}
