package corral.it;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * Runs scripts on several lanes at a time and makes one test of each step: its record must be that of the real command
 * line against the real daemon, which is recorded once for all test classes.
 */
final class Transcripts implements AutoCloseable {
    /** More than the cores: most of the time is spent waiting for the real daemon's one-second loop. */
    private final ExecutorService pool = Executors.newFixedThreadPool(5);

    private final Map<String, CompletableFuture<List<Lane.Recorded>>> references = new ConcurrentHashMap<>();
    private final Lab lab = new Lab("reference");

    /** Tests of the named scripts on these lanes; everything is started at once. */
    Stream<DynamicNode> compare(Lab ownLab, List<Lane> lanes, List<String> names) {
        return names.stream()
                .map(Script::read)
                .flatMap(script -> lanes.stream().map(lane -> compare(ownLab, lane, script)))
                .toList()
                .stream();
    }

    private DynamicNode compare(Lab ownLab, Lane lane, Script script) {
        var expected = references.computeIfAbsent(script.name(), name -> start(lab, Lane.REFERENCE, script));
        var actual = start(ownLab, lane, script);
        Stream<DynamicTest> tests = Stream.iterate(0, i -> i + 1)
                .limit(script.steps().size())
                .map(i -> DynamicTest.dynamicTest(
                        script.steps().get(i).toString(),
                        () -> Comparison.same(
                                lane.client(),
                                expected.join().get(i),
                                actual.join().get(i))));
        return DynamicContainer.dynamicContainer(script.name() + ": " + lane, tests);
    }

    private CompletableFuture<List<Lane.Recorded>> start(Lab where, Lane lane, Script script) {
        return CompletableFuture.supplyAsync(() -> lane.run(where, script), pool);
    }

    @Override
    public void close() {
        pool.shutdownNow();
        lab.close();
    }
}
