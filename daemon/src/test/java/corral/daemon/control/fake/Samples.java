package corral.daemon.control.fake;

import corral.daemon.config.Autorestart;
import corral.daemon.config.LogTarget;
import corral.daemon.config.Origin;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.StreamConfig;
import corral.daemon.process.ProcessSnapshot;
import corral.daemon.process.State;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Processes with Supervisor's defaults. */
public final class Samples {
    private Samples() {}

    /** A configuration that sets nothing but the command. */
    public static ProcessConfig config(String name) {
        StreamConfig stream = new StreamConfig(new LogTarget.Auto(), 50 << 20, 10, 0, false, false);
        return new ProcessConfig(
                name,
                name,
                new Origin(Path.of("corral.conf"), 1),
                "/bin/cat",
                Optional.empty(),
                OptionalInt.empty(),
                999,
                true,
                1,
                3,
                Autorestart.UNEXPECTED,
                Set.of(0),
                15,
                10,
                false,
                false,
                Optional.empty(),
                false,
                stream,
                stream,
                Map.of(),
                Optional.empty());
    }

    /** A process that has run for three seconds. */
    public static ProcessSnapshot running(String group, String name, int pid, Path stdout, Path stderr) {
        return new ProcessSnapshot(
                group,
                config(name),
                State.RUNNING,
                1_700_000_000_000L,
                0,
                1_700_000_003_000L,
                0,
                pid,
                "",
                "pid " + pid + ", uptime 0:00:03",
                stdout == null ? "" : stdout.toString(),
                stderr == null ? "" : stderr.toString(),
                2);
    }

    /** A process that was never started. */
    public static ProcessSnapshot stopped(String group, String name) {
        return new ProcessSnapshot(
                group, config(name), State.STOPPED, 0, 0, 1_700_000_003_000L, 0, 0, "", "Not started", "", "", 0);
    }
}
