package corral.it;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line of the activity log (spec/supervisor.md 6.5). */
record LogLine(LocalDateTime time, String level, String message) {
    private static final Pattern FORM =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3}) ([A-Z]{4}) (.*)");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");

    /** All well-formed lines of a log. */
    static List<LogLine> parse(String log) {
        return log.lines()
                .map(FORM::matcher)
                .filter(Matcher::matches)
                .map(match -> new LogLine(LocalDateTime.parse(match.group(1), TIME), match.group(2), match.group(3)))
                .toList();
    }

    /** Level and message with pids replaced, of the lines that contain a text. */
    static List<String> about(String log, String text) {
        return parse(log).stream()
                .filter(line -> line.message()
                        .toLowerCase(java.util.Locale.ROOT)
                        .contains(text.toLowerCase(java.util.Locale.ROOT)))
                .map(line -> line.level() + " " + line.message().replaceAll("pid \\d+|\\(\\d+\\)", "pid N"))
                .toList();
    }
}
