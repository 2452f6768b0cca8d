package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Lab;
import corral.it.LabExtension;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** FastAPI, Flask and Django for real: each request answered as its row says, and header by header as under Debian's servers. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrameworksIT {
    private static final List<String> TABLES = List.of("fastapi", "flask", "django-asgi", "django-wsgi");

    /** Headers that belong to the server. */
    private static final Set<String> SERVERS_OWN =
            Set.of("date", "server", "connection", "content-length", "transfer-encoding");

    private Servers servers;
    private Tables tables;

    @BeforeAll
    void open(Lab lab) {
        servers = new Servers(lab);
        tables = new Tables(servers);
    }

    @AfterAll
    void close() {
        tables.close();
        servers.close();
    }

    @TestFactory
    Stream<DynamicNode> everyRowIsAnsweredAsItSays() {
        return tables.tests(TABLES);
    }

    @TestFactory
    Stream<DynamicTest> everyResponseIsTheSameAsUnderTheRealServer() {
        return TABLES.stream().flatMap(name -> {
            CaseTable table = CaseTable.read(name);
            ServerSpec ours = table.servers().get(0);
            ServerSpec peer = table.servers().get(1);
            return table.cases().stream()
                    .filter(row -> !row.differences().containsKey(peer.kind()))
                    .map(row -> DynamicTest.dynamicTest(
                            name + ": " + row.name(),
                            () -> assertThat(seen(row, ours)).isEqualTo(seen(row, peer))));
        });
    }

    private List<String> seen(HttpCase row, ServerSpec spec) throws IOException, InterruptedException {
        RunningServer server = servers.shared(spec);
        server.awaitAnswer();
        return row.run(spec.kind(), server.port()).responses().stream()
                .map(response -> response.status() + " " + headers(response) + "\n" + response.body())
                .toList();
    }

    private static String headers(Response response) {
        return response.head()
                .lines()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT)
                        + line.substring(line.indexOf(':')))
                .filter(line -> !SERVERS_OWN.contains(line.substring(0, line.indexOf(':'))))
                .sorted()
                .collect(Collectors.joining("\n"));
    }
}
