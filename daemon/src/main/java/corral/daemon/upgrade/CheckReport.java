package corral.daemon.upgrade;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code corrald -t} says of itself to a daemon that is to become it, after all that it says to people: lines {@code
 * KEY=VALUE} after one that begins with {@code CORRALD_STATE=}, with every byte but printable ASCII as {@code %XX}. Versions may
 * add keys, and ignore those that they do not know.
 *
 * @param protocol of state files and descriptors, 1 or higher; a daemon only goes on with what one of the same protocol left
 * @param release its version
 * @param runtimeDirectory where it keeps its state with the configuration that was checked
 * @param uid whom it would run as; empty for whoever starts it
 * @param executable what ran the check
 * @param arguments all of that program's arguments but those that are corrald's own, each char a byte
 * @param environment what the launcher made of the environment, each char a byte
 */
public record CheckReport(
        int protocol,
        String release,
        String runtimeDirectory,
        Optional<Integer> uid,
        String executable,
        List<String> arguments,
        List<String> environment) {
    /** Of the environment of a check: makes {@code -t} add the report. */
    public static final String VARIABLE = "CORRALD_REPORT";

    /** Protocol of this version. */
    public static final int PROTOCOL = 1;

    private static final String FIRST = "CORRALD_STATE=";

    /** The report of this process, which was started with so many arguments of corrald's own. */
    public static CheckReport own(String release, Path runtimeDirectory, Optional<Integer> uid, int ownArguments)
            throws IOException {
        List<String> arguments = strings("/proc/self/cmdline");
        List<String> environment = new ArrayList<>(strings("/proc/self/environ"));
        environment.removeIf(entry -> entry.startsWith(VARIABLE + "="));
        return new CheckReport(
                PROTOCOL,
                release,
                runtimeDirectory.toString(),
                uid,
                Files.readSymbolicLink(Path.of("/proc/self/exe")).toString(),
                arguments.subList(0, arguments.size() - ownArguments),
                environment);
    }

    /** As lines. */
    public String text() {
        StringBuilder text = new StringBuilder();
        line(text, FIRST, Integer.toString(protocol));
        line(text, "release=", latin(release));
        line(text, "runtime_dir=", latin(runtimeDirectory));
        uid.ifPresent(id -> line(text, "uid=", Integer.toString(id)));
        line(text, "executable=", latin(executable));
        arguments.forEach(argument -> line(text, "argument=", argument));
        environment.forEach(entry -> line(text, "environment=", entry));
        return text.toString();
    }

    /** The report in the output of a check; empty if there is none. */
    static Optional<CheckReport> read(String output) {
        int start = output.startsWith(FIRST) ? 0 : output.lastIndexOf("\n" + FIRST) + 1;
        if (!output.startsWith(FIRST, start)) {
            return Optional.empty();
        }
        List<String> lines = List.of(output.substring(start).split("\n", -1));
        try {
            return Optional.of(new CheckReport(
                    Integer.parseInt(first(lines, FIRST).orElseThrow()),
                    first(lines, "release=").map(CheckReport::utf8).orElse("unknown"),
                    first(lines, "runtime_dir=").map(CheckReport::utf8).orElse(""),
                    first(lines, "uid=").map(Integer::valueOf),
                    first(lines, "executable=").map(CheckReport::utf8).orElse(""),
                    all(lines, "argument="),
                    all(lines, "environment=")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** What was written for people before the report. */
    static String withoutReport(String output) {
        int start = output.startsWith(FIRST) ? 0 : output.lastIndexOf("\n" + FIRST);
        return (start < 0 ? output : output.substring(0, start)).strip();
    }

    private static Optional<String> first(List<String> lines, String key) {
        return all(lines, key).stream().findFirst();
    }

    private static List<String> all(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> decoded(line.substring(key.length())))
                .toList();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > ' ' && c < 0x7f && c != '%') {
                text.append(c);
            } else {
                text.append('%').append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        text.append('\n');
    }

    private static String decoded(String value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) == '%' && i + 2 < value.length()) {
                bytes.write(Integer.parseInt(value.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(value.charAt(i));
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String utf8(String latin) {
        return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static List<String> strings(String file) throws IOException {
        String all = new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
        return List.of((all.endsWith("\0") ? all.substring(0, all.length() - 1) : all).split("\0", -1));
    }
}
