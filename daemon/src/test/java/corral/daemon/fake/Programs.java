package corral.daemon.fake;

import corral.daemon.config.Additions;
import corral.daemon.config.Autorestart;
import corral.daemon.config.Backoff;
import corral.daemon.config.HealthCheck;
import corral.daemon.config.Limits;
import corral.daemon.config.LogTarget;
import corral.daemon.config.Origin;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import corral.daemon.config.StreamConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Configurations of processes for tests: Supervisor's defaults, changed one by one. */
public final class Programs {
    private final String name;
    private int priority = 999;
    private boolean autostart = true;
    private int startsecs = 1;
    private int startretries = 3;
    private Autorestart autorestart = Autorestart.UNEXPECTED;
    private Set<Integer> exitcodes = Set.of(0);
    private int stopwaitsecs = 10;
    private boolean asGroup;
    private Additions additions = Additions.NONE;

    private Programs(String name) {
        this.name = name;
    }

    /** A program with all defaults. */
    public static Programs program(String name) {
        return new Programs(name);
    }

    /** Sets priority. */
    public Programs priority(int value) {
        priority = value;
        return this;
    }

    /** Sets autostart. */
    public Programs autostart(boolean value) {
        autostart = value;
        return this;
    }

    /** Sets startsecs. */
    public Programs startsecs(int value) {
        startsecs = value;
        return this;
    }

    /** Sets startretries. */
    public Programs startretries(int value) {
        startretries = value;
        return this;
    }

    /** Sets autorestart. */
    public Programs autorestart(Autorestart value) {
        autorestart = value;
        return this;
    }

    /** Sets exitcodes. */
    public Programs exitcodes(Integer... values) {
        exitcodes = Set.of(values);
        return this;
    }

    /** Sets stopwaitsecs. */
    public Programs stopwaitsecs(int value) {
        stopwaitsecs = value;
        return this;
    }

    /** Sets stopasgroup and killasgroup. */
    public Programs asGroup(boolean value) {
        asGroup = value;
        return this;
    }

    /** Sets notify and, unless 0, watchdog. */
    public Programs notifies(int watchdogSecs) {
        additions = additions.withNotify(true, watchdogSecs);
        return this;
    }

    /** Sets on_fatal=exit. */
    public Programs exitOnFatal() {
        additions = additions.withExitOnFatal(true);
        return this;
    }

    /** Sets rolling=true and surge. */
    public Programs rolling(int surge) {
        additions = additions.withSurge(surge);
        return this;
    }

    /** Sets healthcheck. */
    public Programs healthCheck(HealthCheck check) {
        additions = additions.withHealthCheck(Optional.of(check));
        return this;
    }

    /** Sets depends_on. */
    public Programs dependsOn(String... names) {
        additions = additions.withDependsOn(List.of(names));
        return this;
    }

    /** Sets max_memory. */
    public Programs maxMemory(long bytes) {
        additions = additions.withMaxMemory(bytes);
        return this;
    }

    /** Sets memory_max. */
    public Programs memoryMax(long bytes) {
        additions = additions.withLimits(
                new Limits(bytes, 0, Optional.empty(), 0, Map.of(), OptionalInt.empty(), OptionalInt.empty()));
        return this;
    }

    /** Sets backoff, backoff_max and restart_delay, in milliseconds. */
    public Programs backoff(long firstMs, long maxMs, long restartMs) {
        additions = additions.withBackoff(new Backoff(firstMs, maxMs, restartMs));
        return this;
    }

    /** Makes it a part of a server. */
    public Programs role(ServerRole role) {
        additions = additions.withRole(role);
        return this;
    }

    /** The configuration. */
    public ProcessConfig build() {
        StreamConfig stream = new StreamConfig(new LogTarget.None(), 0, 0, 0, false, false);
        return new ProcessConfig(
                name,
                name,
                new Origin(Path.of("test.conf"), 1),
                "/bin/" + name,
                Optional.empty(),
                OptionalInt.empty(),
                priority,
                autostart,
                startsecs,
                startretries,
                autorestart,
                exitcodes,
                15,
                stopwaitsecs,
                asGroup,
                asGroup,
                Optional.empty(),
                false,
                stream,
                stream,
                Map.of(),
                Optional.empty(),
                false,
                additions);
    }
}
