package corral.it;

import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Replaces what differs from run to run (pids, times, the daemon's folder and port) by fixed words. */
final class Normalise {
    private static final Pattern HELP = Pattern.compile("For help, use \\S+ -h");
    private static final Pattern PID = Pattern.compile("\\bpid \\d+");
    private static final Pattern BARE_PID = Pattern.compile("(?m)^[1-9]\\d*$");
    private static final Pattern UPTIME = Pattern.compile("uptime (\\d+ days?, )?\\d+:\\d\\d:\\d\\d");
    private static final Pattern STOPPED_AT = Pattern.compile("\\b[A-Z][a-z]{2} \\d\\d \\d\\d:\\d\\d [AP]M\\b");
    private static final Pattern LOG_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3}");
    private static final Pattern ESCAPES =
            Pattern.compile("\u001b(\\[[0-9;?]*[ -/]*[@-~]|[=>]|[()][0-9A-B]|\\][^\u0007]*\u0007)");

    private Normalise() {}

    /** Output of a command against this daemon. */
    static String output(String text, RunningDaemon daemon) {
        String result = text.replace(daemon.dir().toString(), "DIR")
                .replace("127.0.0.1:" + daemon.port(), "HOST:PORT")
                .replace("localhost:" + daemon.port(), "HOST:PORT")
                // The shell that launches ours may have made it up.
                .replace("ENV_PWD, ", "");
        result = HELP.matcher(result).replaceAll("For help, use PROGRAM -h");
        result = PID.matcher(result).replaceAll("pid N");
        result = BARE_PID.matcher(result).replaceAll("N");
        result = UPTIME.matcher(result).replaceAll("uptime T");
        result = LOG_TIME.matcher(result).replaceAll("TIME");
        return STOPPED_AT.matcher(result).replaceAll("DATE");
    }

    /** The lines in alphabetical order: for results that arrive in the order of completion. */
    static String sorted(String text) {
        return Arrays.stream(text.split("\n", -1)).sorted().collect(Collectors.joining("\n"));
    }

    /** The first line only: for messages followed by wording that is each program's own. */
    static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    /** Terminal escapes and carriage returns taken out, backspaced characters too. */
    static String terminal(String text) {
        String plain = ESCAPES.matcher(text).replaceAll((MatchResult escape) -> "");
        return plain.replace("\r", "").replace("\u0007", "");
    }
}
