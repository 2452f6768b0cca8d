package corral.it.lifecycle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What `./corral bench lifecycle` was asked for.
 *
 * @param fairness whether to measure how evenly requests are given to workers
 * @param wrk whether to ask wrk, too
 */
record BenchOptions(List<Scenario> scenarios, List<String> servers, Effort effort, boolean fairness, boolean wrk) {
    private static final String USAGE = """
            usage: ./corral bench lifecycle [--quick] [--only NAME]... [--servers corral,gunicorn] [--seconds N] [--rate N] [--app NAME]
              --quick    15 s for a scenario instead of 60
              --only     this scenario, repeatable: %s;
                         or fairness, or wrk for its opinion on reload and max_requests
              --servers  only these, separated by commas
              --seconds  of a scenario
              --rate     requests per second, 300 unless told
              --app      load_app (raw ASGI) or load_fastapi
            Tables in Markdown go to stdout, all else to stderr. Exit status: 1 if corral failed a request that it could have saved.
            """;

    static BenchOptions parse(String[] arguments) {
        List<Scenario> only = new ArrayList<>();
        List<String> servers = Trial.SERVERS;
        double rate = 300;
        double seconds = 60;
        String app = "load_app";
        boolean fairness = false;
        boolean wrk = false;
        List<String> words = new ArrayList<>();
        for (String word : arguments) {
            words.addAll(Arrays.asList(word.split("=", 2)));
        }
        for (int i = 0; i < words.size(); i++) {
            switch (words.get(i)) {
                case "--quick" -> seconds = 15;
                case "--only" -> {
                    String name = value(words, ++i);
                    switch (name) {
                        case "fairness" -> fairness = true;
                        case "wrk" -> wrk = true;
                        default -> only.add(scenario(name));
                    }
                }
                case "--servers" -> servers = List.of(value(words, ++i).split(",", -1));
                case "--rate" -> rate = Double.parseDouble(value(words, ++i));
                case "--seconds" -> seconds = Double.parseDouble(value(words, ++i));
                case "--app" -> app = value(words, ++i);
                case "--help", "-h" -> {
                    System.out.print(USAGE.formatted(names()));
                    System.exit(0);
                }
                default -> refuse("unknown: " + words.get(i));
            }
        }
        Effort effort = new Effort(rate, seconds, app, true);
        boolean all = only.isEmpty() && !fairness && !wrk;
        return new BenchOptions(all ? List.of(Scenario.values()) : only, servers, effort, all || fairness, all || wrk);
    }

    private static String names() {
        return String.join(
                ", ", Arrays.stream(Scenario.values()).map(Scenario::option).toList());
    }

    private static String value(List<String> words, int index) {
        if (index >= words.size()) {
            refuse("a value is missing at the end");
        }
        return words.get(index);
    }

    private static Scenario scenario(String name) {
        for (Scenario scenario : Scenario.values()) {
            if (scenario.option().equals(name)) {
                return scenario;
            }
        }
        refuse("no scenario " + name);
        throw new IllegalStateException();
    }

    private static void refuse(String why) {
        System.err.println(why);
        System.err.print(USAGE.formatted(names()));
        System.exit(2);
    }
}
