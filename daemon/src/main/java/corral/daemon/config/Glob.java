package corral.daemon.config;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * File patterns of {@code [include]}: {@code *}, {@code ?} and {@code [set]} within one name, leading dots only when
 * written (spec/supervisor.md 1.5). No state, any thread.
 */
final class Glob {

    private Glob() {}

    /** What an absolute pattern matches, sorted; directories and files that cannot be read count. */
    static List<String> expand(String pattern) {
        List<String> found = List.of("");
        int at = 0;
        while (at <= pattern.length() && !found.isEmpty()) {
            int slash = pattern.indexOf('/', at);
            int end = slash < 0 ? pattern.length() : slash;
            found = step(found, pattern.substring(at, end), slash < 0);
            at = end + 1;
        }
        List<String> sorted = new ArrayList<>(found);
        Collections.sort(sorted);
        return sorted;
    }

    /** All ways to go on by one name; {@code prefix} paths have no slash at their end. */
    private static List<String> step(List<String> prefixes, String name, boolean last) {
        List<String> next = new ArrayList<>();
        for (String prefix : prefixes) {
            if (!isPattern(name)) {
                String path = prefix + name;
                if (!last || exists(path)) {
                    next.add(last ? path : path + "/");
                }
                continue;
            }
            String[] names = new File(prefix).list();
            for (String candidate : names == null ? new String[0] : names) {
                boolean hidden = candidate.startsWith(".") && !name.startsWith(".");
                if (!hidden && matches(name, 0, candidate, 0)) {
                    next.add(last ? prefix + candidate : prefix + candidate + "/");
                }
            }
        }
        return next;
    }

    private static boolean isPattern(String name) {
        return name.indexOf('*') >= 0 || name.indexOf('?') >= 0 || name.indexOf('[') >= 0;
    }

    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Whether the rest of a pattern matches the rest of a name. */
    static boolean matches(String pattern, int from, String name, int start) {
        int p = from;
        int n = start;
        int starAt = -1;
        int retry = 0;
        while (n < name.length()) {
            int after = p < pattern.length() ? one(pattern, p, name.charAt(n)) : -1;
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                starAt = p++;
                retry = n;
            } else if (after >= 0) {
                p = after;
                n++;
            } else if (starAt >= 0) {
                p = starAt + 1;
                n = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Index after the element of the pattern that matches the character, or -1. */
    private static int one(String pattern, int p, char c) {
        char element = pattern.charAt(p);
        if (element == '?') {
            return p + 1;
        }
        if (element == '[') {
            int close = pattern.indexOf(']', p + (pattern.startsWith("!", p + 1) ? 3 : 2));
            if (close > 0) {
                boolean negated = pattern.charAt(p + 1) == '!';
                boolean in = inSet(pattern, negated ? p + 2 : p + 1, close, c);
                return in != negated ? close + 1 : -1;
            }
        }
        return element == c ? p + 1 : -1;
    }

    private static boolean inSet(String pattern, int from, int to, char c) {
        for (int i = from; i < to; i++) {
            if (i + 2 < to && pattern.charAt(i + 1) == '-') {
                if (c >= pattern.charAt(i) && c <= pattern.charAt(i + 2)) {
                    return true;
                }
                i += 2;
            } else if (pattern.charAt(i) == c) {
                return true;
            }
        }
        return false;
    }
}
