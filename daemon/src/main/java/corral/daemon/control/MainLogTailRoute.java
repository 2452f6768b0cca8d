package corral.daemon.control;

import java.util.Map;

/** {@code /mainlogtail}: the activity log (spec/supervisor.md 4.7). */
final class MainLogTailRoute implements Route {
    private final DaemonFacts facts;
    private final LogTail tail;

    MainLogTailRoute(DaemonFacts facts, LogTail tail) {
        this.facts = facts;
        this.tail = tail;
    }

    @Override
    public boolean matches(String path) {
        return path.startsWith("/mainlogtail");
    }

    @Override
    public void handle(Exchange exchange) {
        if (exchange.request().method().equals("GET")) {
            tail.serve(exchange, facts::activityLog, Map.of());
        } else {
            exchange.error(400);
        }
    }
}
