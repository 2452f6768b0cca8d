package corral.it.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What server to start with which app; equal specs may share one.
 *
 * @param app {@code module:attribute}, the module being a test resource under {@code server/}
 * @param options of that server's own command line
 * @param environment added to that of the app's process
 */
record ServerSpec(ServerKind kind, String app, int workers, List<String> options, Map<String, String> environment) {
    ServerSpec {
        options = List.copyOf(options);
        environment = Map.copyOf(environment);
    }

    /** One worker, no options. */
    static ServerSpec of(ServerKind kind, String app) {
        return new ServerSpec(kind, app, 1, List.of(), Map.of());
    }

    ServerSpec with(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new ServerSpec(kind, app, workers, all, environment);
    }

    ServerSpec workers(int count) {
        return new ServerSpec(kind, app, count, options, environment);
    }

    ServerSpec env(String name, String value) {
        Map<String, String> all = new TreeMap<>(environment);
        all.put(name, value);
        return new ServerSpec(kind, app, workers, options, all);
    }
}
