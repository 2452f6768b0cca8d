package corral.it;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Who talks to whom and how while a script runs.
 *
 * @param tcp over TCP with a password instead of the Unix socket
 */
record Lane(Kind client, Kind server, boolean tcp) {
    /** What every other lane is compared with. */
    static final Lane REFERENCE = new Lane(Kind.SUPERVISOR, Kind.SUPERVISOR, false);

    /** Runs a whole script against a new daemon; a failing wait is recorded and the script goes on. */
    List<Recorded> run(Lab lab, Script script) {
        List<Recorded> result = new ArrayList<>();
        try (RunningDaemon daemon = lab.daemon(server).programs(script.config()).start()) {
            for (Script.Step step : script.steps()) {
                result.add(new Recorded(step, record(daemon, step)));
            }
        }
        return result;
    }

    /** What a step did, normalised. */
    record Recorded(Script.Step step, Outcome outcome) {}

    private Outcome record(RunningDaemon daemon, Script.Step step) {
        List<String> words = step.words().stream()
                .map(word -> word.replace("${dir}", daemon.dir().toString())
                        .replace("${port}", Integer.toString(daemon.port())))
                .toList();
        Outcome outcome = switch (step.verb()) {
            case ctl, sorted, usage -> daemon.ctl(client, address(daemon, words));
            case raw -> daemon.run(prepend(Distribution.ctl(client).toString(), words));
            case sh -> daemon.run(List.of("/bin/sh", "-c", words.get(0)));
            case await -> waited(() -> daemon.awaitState(words.get(0), words.get(1)));
            case daemon -> waited(() -> changed(daemon, words.get(0)));
        };
        String out = Normalise.output(outcome.out(), daemon);
        String err = Normalise.output(outcome.err(), daemon);
        boolean anyOrder = step.verb() == Script.Verb.sorted;
        String url = tcp ? "http://HOST:PORT" : "unix://DIR/s.sock";
        return new Outcome(
                step.toString(), outcome.exit(), anyOrder ? Normalise.sorted(out) : out, err.replace(url, "URL"));
    }

    /** The words of a command line with the options before them that lead to the daemon. */
    List<String> address(RunningDaemon daemon, List<String> words) {
        if (!tcp) {
            return words;
        }
        List<String> result =
                new ArrayList<>(List.of("-s", "http://127.0.0.1:" + daemon.port(), "-u", "user", "-p", "secret"));
        result.addAll(words);
        return result;
    }

    private static List<String> prepend(String first, List<String> rest) {
        List<String> result = new ArrayList<>(List.of(first));
        result.addAll(rest);
        return result;
    }

    private static Object changed(RunningDaemon daemon, String to) {
        if (to.equals("down")) {
            return daemon.awaitExit();
        }
        daemon.until("daemon " + to, daemon::answers);
        return to;
    }

    private static Outcome waited(Callable<Object> wait) {
        try {
            wait.call();
            return new Outcome("", 0, "came true", "");
        } catch (Exception | AssertionError e) {
            return new Outcome("", 1, e.toString(), "");
        }
    }
}
