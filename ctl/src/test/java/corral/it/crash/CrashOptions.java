package corral.it.crash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code ./corral bench crash} was asked for.
 *
 * @param kills of corrald
 * @param upgrades of it
 * @param peerKills of supervisord
 * @param trials what to run: kills, upgrades, peer
 * @param effort how much is going on meanwhile
 */
record CrashOptions(int kills, int upgrades, int peerKills, List<String> trials, Effort effort) {
    private static final List<String> TRIALS = List.of("kills", "upgrades", "peer");
    private static final String USAGE = """
            usage: ./corral bench crash [--quick] [--kills N] [--upgrades N] [--peer-kills N] [--only kills|upgrades|peer]...
                                        [--rate N] [--lines N] [--seed N]
              --quick       8 kills and 4 upgrades instead of 50 and 20, 3 kills of supervisord instead of 10
              --only        this alone, repeatable: kills and upgrades are corrald's, peer are kills of supervisord
              --rate        requests per second, 100 unless told
              --lines       lines per second of each of ten writers at most, 20000 unless told
              --seed        for the moments of the kills
            Tables in Markdown go to stdout, all else to stderr. Exit status: 1 if corral lost or doubled anything.
            """;

    /**
     * What is going on while daemons are killed.
     *
     * @param writers of lines
     * @param lines per second of each
     * @param rate requests per second
     * @param seed for everything that is random
     * @param pauseS at most so long does a daemon live on after it has been looked at
     */
    record Effort(int writers, int lines, double rate, long seed, double pauseS) {}

    static CrashOptions parse(String[] arguments) {
        List<String> words = new ArrayList<>();
        for (String word : arguments) {
            words.addAll(Arrays.asList(word.split("=", 2)));
        }
        boolean quick = words.remove("--quick");
        int kills = quick ? 8 : 50;
        int upgrades = quick ? 4 : 20;
        int peerKills = quick ? 3 : 10;
        List<String> only = new ArrayList<>();
        double rate = 100;
        int lines = 20_000;
        long seed = System.nanoTime() & 0xFFFF;
        for (int i = 0; i < words.size(); i += 2) {
            String value = value(words, i + 1);
            switch (words.get(i)) {
                case "--kills" -> kills = Integer.parseInt(value);
                case "--upgrades" -> upgrades = Integer.parseInt(value);
                case "--peer-kills" -> peerKills = Integer.parseInt(value);
                case "--only" -> only.add(TRIALS.contains(value) ? value : refuse("no trial " + value));
                case "--rate" -> rate = Double.parseDouble(value);
                case "--lines" -> lines = Integer.parseInt(value);
                case "--seed" -> seed = Long.parseLong(value);
                default -> refuse("unknown: " + words.get(i));
            }
        }
        return new CrashOptions(
                kills, upgrades, peerKills, only.isEmpty() ? TRIALS : only, new Effort(10, lines, rate, seed, 2));
    }

    private static String value(List<String> words, int index) {
        return index < words.size() ? words.get(index) : refuse("a value is missing at the end");
    }

    private static String refuse(String why) {
        System.err.println(why);
        System.err.print(USAGE);
        System.exit(2);
        throw new IllegalStateException(why);
    }
}
