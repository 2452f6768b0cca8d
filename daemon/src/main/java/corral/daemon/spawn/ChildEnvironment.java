package corral.daemon.spawn;

import corral.daemon.config.ProcessConfig;
import corral.daemon.fault.FaultPoints;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment of a child (spec/supervisor.md 3.4): the daemon's own, SUPERVISOR_*, then both environment= options. */
final class ChildEnvironment {
    private ChildEnvironment() {}

    /** What the daemon was told for itself and is nobody else's. */
    private static final List<String> DAEMONS_OWN =
            List.of("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "CORRALD_FDS", FaultPoints.VARIABLE);

    /** {@code sockets}: how the child learns of its own. */
    static List<String> of(
            Map<String, String> daemon, String group, ProcessConfig config, Map<String, String> sockets) {
        Map<String, String> merged = new LinkedHashMap<>(daemon);
        DAEMONS_OWN.forEach(merged::remove);
        merged.put("SUPERVISOR_ENABLED", "1");
        config.serverurl().ifPresent(url -> merged.put("SUPERVISOR_SERVER_URL", url));
        merged.put("SUPERVISOR_PROCESS_NAME", config.name());
        merged.put("SUPERVISOR_GROUP_NAME", group);
        merged.putAll(config.environment());
        merged.putAll(sockets);
        List<String> result = new ArrayList<>(merged.size());
        merged.forEach((key, value) -> result.add(key + "=" + value));
        return result;
    }
}
