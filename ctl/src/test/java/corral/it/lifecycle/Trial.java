package corral.it.lifecycle;

import corral.it.Lab;
import corral.it.load.ExecutionLog;
import corral.it.load.LoadClient;
import corral.it.load.LoadPlan;
import corral.it.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * One scenario on one server.
 *
 * @param skipped why it was not run; null if it was
 * @param done how often something was done to the server
 * @param problems operations that failed, and other things wrong beside the load
 * @param note what the server said of something
 * @param killed processes that were killed
 */
record Trial(
        Scenario scenario,
        String server,
        String skipped,
        LoadResult load,
        Judgement judgement,
        ExecutionLog log,
        int done,
        int killed,
        List<String> problems,
        String note) {

    private static final long WARM_UP_NS = 2_000_000_000L;

    /** Which servers there are. */
    static final List<String> SERVERS = List.of("corral", "gunicorn");

    static Trial skip(Scenario scenario, String server, String why) {
        return new Trial(scenario, server, why, null, null, null, 0, 0, List.of(), "");
    }

    boolean ran() {
        return skipped == null;
    }

    /** Whether nothing is wrong with it. */
    boolean clean() {
        return !ran() || (judgement.clean() && problems.isEmpty());
    }

    /** Starts the server, puts load on it while the scenario runs, and ends it. */
    static Trial run(Scenario scenario, String server, Effort effort) throws Exception {
        try (Lab lab = new Lab("load-" + scenario.option());
                Target target = start(lab, server, scenario.setup().app(effort.app()))) {
            LoadPlan plan = LoadPlan.mixed(target.port(), effort.rate());
            if (scenario.setup().tls()) {
                plan = plan.withTls(target.site().client());
            }
            if (effort.warmUp()) {
                warmUp(plan);
            }
            Course course;
            LoadResult load;
            try (LoadClient client = new LoadClient(plan)) {
                client.start();
                course = new Course(target, effort.seconds());
                scenario.run(course);
                load = client.stop();
            } catch (Unsupported e) {
                return skip(scenario, server, e.getMessage());
            }
            ExecutionLog log = ExecutionLog.read(target.site().log());
            scenario.check(load, course);
            List<String> problems = new ArrayList<>(course.problems());
            Judgement judgement = Judgement.of(load, log, course.kills());
            int killed = course.kills().size();
            return new Trial(
                    scenario, server, null, load, judgement, log, course.done(), killed, problems, course.note());
        }
    }

    /** What the first requests take is not of interest. */
    private static void warmUp(LoadPlan plan) {
        try (LoadClient client = new LoadClient(plan.withSeed(2))) {
            client.start();
            LockSupport.parkNanos(WARM_UP_NS);
            client.stop();
        }
    }

    static Target start(Lab lab, String server, Setup setup) throws Exception {
        return switch (server) {
            case "corral" -> new CorralTarget(lab, setup, Map.of(), "");
            case "gunicorn" -> new GunicornTarget(lab, setup);
            default -> throw new IllegalArgumentException("no server " + server);
        };
    }
}
