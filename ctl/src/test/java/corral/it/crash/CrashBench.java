package corral.it.crash;

import corral.it.Kind;
import java.util.ArrayList;
import java.util.List;

/** Kills and upgrades corrald under load, and kills supervisord beside it: {@code ./corral bench crash}. */
public final class CrashBench {
    private static final int SHOWN = 20;

    private CrashBench() {}

    public static void main(String[] arguments) throws Exception {
        CrashOptions options = CrashOptions.parse(arguments);
        List<CrashResult> results = new ArrayList<>();
        for (String trial : options.trials()) {
            say(trial + ", seed " + options.effort().seed());
            CrashResult result = run(trial, options);
            results.add(result);
            tell(result);
        }
        System.out.println(CrashTable.of(results));
        boolean clean = results.stream()
                .filter(result -> result.daemon().equals("corrald"))
                .allMatch(CrashResult::clean);
        System.exit(clean ? 0 : 1);
    }

    private static CrashResult run(String trial, CrashOptions options) throws Exception {
        return switch (trial) {
            case "kills" -> CrashTrial.kills(Kind.CORRAL, options.kills(), options.effort());
            case "upgrades" -> CrashTrial.upgrades(options.upgrades(), options.effort());
            default -> CrashTrial.kills(Kind.SUPERVISOR, options.peerKills(), options.effort());
        };
    }

    private static void tell(CrashResult result) {
        Lines lines = result.lines();
        say("  " + lines.instances() + " writers, " + lines.written() + " lines, " + lines.bytes()
                + " bytes; failures: " + result.judgement().kinds() + ", closes "
                + result.load().closes());
        result.problems().stream().limit(SHOWN).forEach(problem -> say("  problem: " + problem));
        lines.oddities().stream().limit(SHOWN).forEach(oddity -> say("  " + oddity));
        result.judgement().bad().stream().limit(SHOWN).forEach(failure -> say("  " + failure));
    }

    static void say(String text) {
        System.err.println(text);
    }
}
