package corral.it.server;

import corral.it.Lab;
import corral.it.LabExtension;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** HTTP/1 over raw sockets, against ours and side by side against Debian's Uvicorn and Gunicorn ({@link Tables}). */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpCasesIT {
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
        return tables.tests(List.of(
                "requests",
                "smuggling",
                "responses",
                "wsgi",
                "limits",
                "timeouts",
                "gunicorn",
                "files",
                "scope",
                "environ"));
    }
}
