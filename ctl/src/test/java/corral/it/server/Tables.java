package corral.it.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * Makes tests of tables: every row against every server of its table. A row says what must be seen of ours; a peer must be seen to do
 * the same, unless the row says why it does not, and then it must not.
 *
 * <p>{@code -Dcorral.it.server.kinds=h11,gthread} runs those only, {@code -Dcorral.it.server.cases=TEXT} the rows with TEXT in their names.
 */
final class Tables implements AutoCloseable {
    private final Servers servers;
    private final ExecutorService threads = Executors.newFixedThreadPool(24);

    Tables(Servers servers) {
        this.servers = servers;
    }

    /** All of them begin at once, since most of the time they wait. */
    Stream<DynamicNode> tests(List<String> names) {
        List<DynamicNode> tables = new ArrayList<>();
        for (String name : names) {
            CaseTable table = CaseTable.read(name);
            List<DynamicNode> nodes = new ArrayList<>();
            for (ServerSpec spec : table.servers()) {
                if (!chosen("corral.it.server.kinds", spec.kind().toString(), true)) {
                    continue;
                }
                RunningServer server = servers.shared(spec);
                nodes.add(DynamicContainer.dynamicContainer(
                        spec.kind() + " " + String.join(" ", spec.options()),
                        table.cases().stream()
                                .filter(row -> chosen("corral.it.server.cases", row.name(), false))
                                .map(row -> test(row, server))
                                .toList()));
            }
            tables.add(DynamicContainer.dynamicContainer(name, nodes));
        }
        return tables.stream();
    }

    private DynamicTest test(HttpCase row, RunningServer server) {
        Future<String> verdict = threads.submit(() -> verdict(row, server));
        return DynamicTest.dynamicTest(row.name(), () -> {
            try {
                String failure = verdict.get();
                if (failure != null) {
                    throw new AssertionError(failure);
                }
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        });
    }

    private static String verdict(HttpCase row, RunningServer server) throws Exception {
        ServerKind kind = server.spec().kind();
        server.awaitAnswer();
        Observed observed = row.run(kind, server.port());
        boolean same = row.expected(kind).matches(observed, kind.ours());
        String reason = row.differences().get(kind);
        if (same == (reason == null) || (reason != null && reason.startsWith(HttpCase.AT_TIMES))) {
            return null;
        }
        String story = "\n  expected\n    " + row.expected(kind) + "\n  seen\n    " + observed;
        return reason == null
                ? kind + ": " + row.name() + story
                : kind + " is now the same, although: " + reason + story;
    }

    private static boolean chosen(String property, String name, boolean whole) {
        String wanted = System.getProperty(property);
        return wanted == null || (whole ? List.of(wanted.split(",")).contains(name) : name.contains(wanted));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
