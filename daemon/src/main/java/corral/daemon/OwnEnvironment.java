package corral.daemon;

import corral.daemon.service.ServiceEnvironment;
import corral.daemon.upgrade.CheckReport;
import corral.daemon.upgrade.HandOver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The environment that corrald was started with, less what its launcher added for the JVM. Read from the kernel as UTF-8: in
 * the C locale the JVM's own view of it has lost every letter beyond ASCII.
 */
final class OwnEnvironment {
    /** The launcher lists here, separated by blanks, what it set for the JVM; children must not see any of it. */
    private static final String ADDED_BY_LAUNCHER = "CORRAL_LAUNCHER_ENV";

    private OwnEnvironment() {}

    static Map<String, String> read() {
        Map<String, String> environment = original();
        environment.remove(CheckReport.VARIABLE);
        ServiceEnvironment.VARIABLES.forEach(environment::remove);
        return environment;
    }

    /** The environment that the launcher was started with, less what an earlier corrald added to it. */
    static Map<String, String> original() {
        Map<String, String> environment = fromKernel();
        String added = environment.remove(ADDED_BY_LAUNCHER);
        if (added != null) {
            for (String name : added.split(" ", -1)) {
                environment.remove(name);
            }
        }
        environment.remove(Detached.READY_FD);
        environment.remove(HandOver.VARIABLE);
        return environment;
    }

    /** What whoever started corrald told it alone. */
    static ServiceEnvironment ofService(int pid) {
        return ServiceEnvironment.of(fromKernel(), pid);
    }

    private static Map<String, String> fromKernel() {
        Map<String, String> environment = new LinkedHashMap<>();
        try {
            String all = new String(Files.readAllBytes(Path.of("/proc/self/environ")), StandardCharsets.UTF_8);
            for (String entry : all.split("\0", -1)) {
                int equals = entry.indexOf('=');
                if (equals > 0) {
                    environment.put(entry.substring(0, equals), entry.substring(equals + 1));
                }
            }
        } catch (IOException e) {
            environment.putAll(System.getenv());
        }
        return environment;
    }
}
