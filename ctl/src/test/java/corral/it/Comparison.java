package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;

/** When two records of a step are the same. */
final class Comparison {
    /** What follows is the text of an exception, which is each program's own. */
    private static final Pattern EXCEPTION = Pattern.compile("(?m)^error: .*$");

    private Comparison() {}

    /** Fails unless output and status agree; our own command line may word usage texts and exceptions its own way. */
    static void same(Kind client, Lane.Recorded expected, Lane.Recorded actual) {
        boolean ours = client == Kind.CORRAL;
        assertThat(text(ours, actual)).isEqualTo(text(ours, expected));
    }

    private static String text(boolean ours, Lane.Recorded recorded) {
        Outcome outcome = recorded.outcome();
        if (!ours) {
            return outcome.toString();
        }
        boolean usage = recorded.step().verb() == Script.Verb.usage;
        // The shell that starts our program has put PWD into its environment; only lists of all names show it.
        String err = outcome.err().replace("ENV_PWD, ", "");
        String out = usage ? Normalise.firstLine(outcome.out()) : outcome.out();
        String stderr = usage ? Normalise.firstLine(err) : err;
        return new Outcome(
                        outcome.command(),
                        outcome.exit(),
                        EXCEPTION.matcher(out).replaceAll("error: ..."),
                        stderr)
                .toString();
    }
}
