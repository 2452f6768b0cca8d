package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Lab;
import corral.it.LabExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** All keys of a request's scope, or environ, as an app sees them under ours and under Debian's Uvicorn and Gunicorn. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScopeIT {
    /** What ours gives otherwise, always: a newer specification, extensions, state. */
    private static final Set<String> SCOPE = Set.of("asgi.spec_version", "extensions", "state", "asgi.version");

    /** What ours gives otherwise, always: its own name. How many processes there are, a row of the table says. */
    private static final Set<String> ENVIRON = Set.of("SERVER_SOFTWARE", "wsgi.multiprocess");

    private Servers servers;

    @BeforeAll
    void open(Lab lab) {
        servers = new Servers(lab);
    }

    @AfterAll
    void close() {
        servers.close();
    }

    @TestFactory
    Stream<DynamicTest> everyKeyOfTheScopeIsAsUnderUvicorn() {
        return compare("scope", SCOPE);
    }

    @TestFactory
    Stream<DynamicTest> everyKeyOfTheEnvironIsAsUnderGunicorn() {
        return compare("environ", ENVIRON);
    }

    private Stream<DynamicTest> compare(String name, Set<String> ignored) {
        CaseTable table = CaseTable.read(name);
        ServerSpec ours = table.servers().get(0);
        table.servers().forEach(servers::shared);
        return table.servers().stream()
                .skip(1)
                .flatMap(peer -> table.cases().stream()
                        .filter(row -> !row.differences().containsKey(peer.kind()))
                        .map(row -> DynamicTest.dynamicTest(peer.kind() + ": " + row.name(), () -> {
                            Map<String, String> expected = keys(row, servers.shared(peer));
                            Map<String, String> actual = keys(row, servers.shared(ours));
                            ignored.forEach(expected::remove);
                            ignored.forEach(actual::remove);
                            assertThat(actual).isEqualTo(expected);
                        })));
    }

    private static Map<String, String> keys(HttpCase row, RunningServer server) throws IOException {
        server.awaitAnswer();
        try (Wire wire = new Wire(server.port())) {
            for (HttpCase.Step step : row.steps()) {
                wire.send(((HttpCase.Step.Send) step).bytes());
            }
            List<Response> responses = wire.read(List.of(), 1, Duration.ofSeconds(20));
            assertThat(responses).as(wire.received()).hasSize(1);
            Map<String, String> result = new TreeMap<>();
            responses.get(0).body().lines().forEach(line -> {
                int at = line.indexOf('=');
                result.put(line.substring(0, at), line.substring(at + 1));
            });
            return result;
        }
    }
}
