package corral.it.server;

import corral.it.Lab;
import corral.it.LabExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * HTTP/1 over raw sockets, against ours and side by side against Debian's Uvicorn and Gunicorn. A row of a table says what must be
 * seen of ours; a peer must be seen to do the same, unless the row says why it does not, and then it must not.
 *
 * <p>{@code -Dcorral.it.server.kinds=h11,gthread} runs those only, {@code -Dcorral.it.server.cases=TEXT} the rows with TEXT in their names.
 */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpCasesIT {
    private static final List<String> TABLES =
            List.of("requests", "smuggling", "responses", "wsgi", "limits", "timeouts", "gunicorn", "scope", "environ");

    private Servers servers;
    private ExecutorService threads;

    @BeforeAll
    void open(Lab lab) {
        servers = new Servers(lab);
        threads = Executors.newFixedThreadPool(24);
    }

    @AfterAll
    void close() {
        threads.shutdownNow();
        servers.close();
    }

    @TestFactory
    Stream<DynamicNode> everyRowIsAnsweredAsItSays() {
        List<DynamicNode> tables = new ArrayList<>();
        for (String name : TABLES) {
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

    /** They all run at once, since most of the time they wait. */
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
        if (same == (reason == null)) {
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
}
