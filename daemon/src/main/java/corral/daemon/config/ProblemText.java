package corral.daemon.config;

import corral.daemon.config.Problem.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Problems as text: a list for people and the single line that Supervisor prints (spec/supervisor.md 1.7). */
public final class ProblemText {

    private ProblemText() {}

    /** One problem as {@code file:line: error: [section] key: message}. */
    public static String line(Problem problem) {
        StringBuilder out = new StringBuilder(problem.origin().toString()).append(": ");
        out.append(problem.severity().name().toLowerCase(Locale.ROOT)).append(": ");
        if (!problem.section().isEmpty()) {
            out.append('[').append(problem.section()).append("] ");
        }
        if (!problem.key().isEmpty()) {
            out.append(problem.key()).append(": ");
        }
        return out.append(problem.message()).toString();
    }

    /** All problems, one per line, by file in the order of first mention and by line; empty for none. */
    public static String list(List<Problem> problems) {
        List<String> files = new ArrayList<>();
        for (Problem problem : problems) {
            String file = problem.origin().file().toString();
            if (!files.contains(file)) {
                files.add(file);
            }
        }
        List<Problem> sorted = new ArrayList<>(problems);
        sorted.sort(Comparator.<Problem>comparingInt(
                        p -> files.indexOf(p.origin().file().toString()))
                .thenComparingInt(p -> p.origin().line()));
        StringBuilder out = new StringBuilder();
        // Supervisor words some of them twice, as a section and as a program; the place and the mistake are the same.
        sorted.stream()
                .map(ProblemText::line)
                .distinct()
                .forEach(line -> out.append(line).append('\n'));
        return out.toString();
    }

    /** The first error in Supervisor's words, as {@code CANT_REREAD} carries it; empty when there is none. */
    public static String firstError(List<Problem> problems) {
        for (Problem problem : problems) {
            if (problem.severity() == Severity.ERROR) {
                return problem.supervisorText();
            }
        }
        return "";
    }

    /** What supervisord writes to stderr before it exits with 2, without the line about {@code -h}. */
    public static String startupError(List<Problem> problems) {
        return "Error: " + firstError(problems);
    }
}
