package corral.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A configuration and a table of command lines to be run against it, read from {@code it/NAME.conf} and
 * {@code it/NAME.script} of the test resources. A line of the table is a {@link Verb} and its arguments; lines that
 * start with {@code #} and empty ones are skipped.
 *
 * @param config without the prelude
 */
record Script(String name, String config, List<Step> steps) {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    /** What a line of the table does. */
    enum Verb {
        /** Runs the command line program: its output and exit status must be the same everywhere. */
        ctl,
        /** The same, but the lines may come in any order. */
        sorted,
        /** The same, but only the first line of our program's output counts: its wording after that is its own. */
        usage,
        /** The same, but without the option that names the configuration file. */
        raw,
        /** Waits until a process has a state: {@code wait NAME STATE}. */
        await,
        /** Waits until the daemon answers ({@code up}) or its process is gone ({@code down}). */
        daemon,
        /** Runs a shell command in the daemon's folder; output and status must be the same everywhere. */
        sh
    }

    /**
     * @param line where in the table, from 1
     * @param words arguments, with placeholders
     */
    record Step(int line, Verb verb, List<String> words) {
        @Override
        public String toString() {
            return line + " " + verb + " " + String.join(" ", words);
        }
    }

    /** Reads both resources. */
    static Script read(String name) {
        List<Step> steps = new ArrayList<>();
        int number = 0;
        for (String line : resource(name + ".script").lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> words = new ArrayList<>();
            Matcher matcher = WORD.matcher(line);
            while (matcher.find()) {
                words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
            }
            Verb verb = Verb.valueOf(words.remove(0));
            steps.add(new Step(
                    number, verb, verb == Verb.sh ? List.of(line.substring(3).trim()) : List.copyOf(words)));
        }
        return new Script(name, resource(name + ".conf"), List.copyOf(steps));
    }

    /** A file under {@code it/} of the test resources. */
    static String resource(String name) {
        try (InputStream in = Script.class.getResourceAsStream("/it/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource it/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
