package corral.it.lifecycle;

import corral.it.load.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Runs the scenarios on corral and gunicorn in turns: {@code ./corral bench lifecycle}. */
public final class LifecycleBench {
    private static final int SHOWN = 12;

    private LifecycleBench() {}

    public static void main(String[] arguments) throws Exception {
        BenchOptions options = BenchOptions.parse(arguments);
        List<Trial> trials = new ArrayList<>();
        for (Scenario scenario : options.scenarios()) {
            for (String server : options.servers()) {
                say(scenario.option() + ", " + server + ": " + scenario.title());
                Trial trial = Trial.run(scenario, server, options.effort());
                trials.add(trial);
                tell(trial);
            }
        }
        List<Fairness> shares = new ArrayList<>();
        List<SecondOpinion> opinions = new ArrayList<>();
        for (String server : options.servers()) {
            if (options.fairness()) {
                say("fairness, " + server);
                shares.add(Fairness.measure(server, options.effort()));
            }
            if (options.wrk()) {
                for (SecondOpinion.On what : SecondOpinion.On.values()) {
                    say("wrk, " + server + ": " + what.title());
                    opinions.add(SecondOpinion.ask(what, server, options.effort()));
                }
            }
        }
        print(Table.of(trials), trials.isEmpty());
        print(Fairness.table(shares), shares.isEmpty());
        print(SecondOpinion.table(opinions), opinions.isEmpty());
        boolean clean =
                trials.stream().filter(trial -> trial.server().equals("corral")).allMatch(Trial::clean);
        System.exit(clean ? 0 : 1);
    }

    private static void print(String table, boolean empty) {
        if (!empty) {
            System.out.println(table);
            System.out.println();
        }
    }

    private static void tell(Trial trial) {
        if (!trial.ran()) {
            say("  skipped: " + trial.skipped());
            return;
        }
        say("  " + trial.load().requests() + " requests, " + trial.load().echoes() + " echoes, failures: "
                + trial.judgement().kinds() + ", closes " + trial.load().closes() + ", by version "
                + trial.load().byVersion() + ", workers "
                + trial.load().byPid().size() + ", run again " + trial.log().again());
        trial.problems().forEach(problem -> say("  problem: " + problem));
        List<Failure> bad = trial.judgement().bad();
        String shown = bad.stream().limit(SHOWN).map(failure -> "  " + failure).collect(Collectors.joining("\n"));
        if (!bad.isEmpty()) {
            say(shown + (bad.size() > SHOWN ? "\n  and " + (bad.size() - SHOWN) + " more" : ""));
        }
        if (!trial.log().twice().isEmpty()) {
            say("  ran twice: " + trial.log().twice());
        }
        if (!trial.note().isEmpty()) {
            say(Arrays.stream(trial.note().split("\n"))
                    .map(line -> "  said: " + line)
                    .collect(Collectors.joining("\n")));
        }
    }

    static void say(String text) {
        System.err.println(text);
    }
}
