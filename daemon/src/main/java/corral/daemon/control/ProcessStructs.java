package corral.daemon.control;

import corral.daemon.config.LogTarget;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.StreamConfig;
import corral.daemon.process.ConfiguredProcess;
import corral.daemon.process.Outcome;
import corral.daemon.process.ProcessSnapshot;
import corral.daemon.rpc.Fault;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The structs of the API, with the names and types of Supervisor 4.2.5 (spec/supervisor.md 4.3). */
final class ProcessStructs {
    private ProcessStructs() {}

    /** What getProcessInfo says. */
    static Map<String, Object> info(ProcessSnapshot process) {
        Map<String, Object> struct = new LinkedHashMap<>(24);
        struct.put("name", process.name());
        struct.put("group", process.group());
        struct.put("start", seconds(process.startEpochMs()));
        struct.put("stop", seconds(process.stopEpochMs()));
        struct.put("now", seconds(process.nowEpochMs()));
        struct.put("state", process.state().code());
        struct.put("statename", process.state().name());
        struct.put("spawnerr", process.spawnError());
        struct.put("exitstatus", process.exitStatus());
        struct.put("logfile", process.stdoutLog());
        struct.put("stdout_logfile", process.stdoutLog());
        struct.put("stderr_logfile", process.stderrLog());
        struct.put("pid", process.pid());
        struct.put("description", process.description());
        return struct;
    }

    /**
     * What getAllConfigInfo says.
     *
     * @param running the active processes, whose AUTO logs have names by now
     */
    static List<Map<String, Object>> configs(List<ConfiguredProcess> configured, List<ProcessSnapshot> running) {
        Map<String, ProcessSnapshot> byName = new HashMap<>();
        running.forEach(process -> byName.put(process.group() + ":" + process.name(), process));
        return configured.stream()
                .map(process -> config(
                        process,
                        byName.get(process.group() + ":" + process.config().name())))
                .toList();
    }

    private static Map<String, Object> config(ConfiguredProcess process, ProcessSnapshot running) {
        ProcessConfig config = process.config();
        Map<String, Object> struct = new LinkedHashMap<>(64);
        struct.put("autostart", config.autostart());
        struct.put("directory", config.directory().orElse("none"));
        struct.put("uid", config.user().<Object>map(user -> user.uid()).orElse("none"));
        struct.put("command", config.command());
        struct.put("exitcodes", List.copyOf(config.exitcodes()));
        struct.put("group", process.group());
        struct.put("group_prio", process.groupPriority());
        struct.put("inuse", process.inUse());
        struct.put("killasgroup", config.killasgroup());
        struct.put("name", config.name());
        struct.put("process_prio", config.priority());
        struct.put("redirect_stderr", config.redirectStderr());
        struct.put("startretries", config.startretries());
        struct.put("startsecs", config.startsecs());
        struct.put("stopsignal", config.stopsignal());
        struct.put("stopwaitsecs", config.stopwaitsecs());
        stream(struct, "stdout_", config.stdout(), running == null ? "" : running.stdoutLog());
        stream(struct, "stderr_", config.stderr(), running == null ? "" : running.stderrLog());
        if (config.redirectStderr()) {
            struct.put("stderr_logfile", "none");
        }
        struct.put(
                "serverurl",
                config.serverurlAuto() ? "none" : config.serverurl().orElse("none"));
        return struct;
    }

    /** What happened to one process of several. */
    static Map<String, Object> status(Outcome outcome) {
        return outcome.refused()
                .map(refused ->
                        status(outcome, FaultMapping.fault(refused.refusal()).code(), FaultMapping.text(refused)))
                .orElseGet(() -> status(outcome, Fault.SUCCESS.code(), "OK"));
    }

    static Map<String, Object> status(Outcome outcome, int status, String description) {
        return Map.of("name", outcome.name(), "group", outcome.group(), "status", status, "description", description);
    }

    private static void stream(Map<String, Object> struct, String prefix, StreamConfig stream, String log) {
        struct.put(prefix + "capture_maxbytes", capped(stream.captureMaxBytes()));
        struct.put(prefix + "events_enabled", stream.eventsEnabled());
        struct.put(prefix + "logfile", target(stream.target(), log));
        struct.put(prefix + "logfile_backups", stream.backups());
        struct.put(prefix + "logfile_maxbytes", capped(stream.maxBytes()));
        struct.put(prefix + "syslog", stream.syslog());
    }

    private static String target(LogTarget target, String log) {
        if (target instanceof LogTarget.File file) {
            return file.path();
        }
        if (target instanceof LogTarget.Auto) {
            return log.isEmpty() ? "auto" : log;
        }
        return "none";
    }

    private static int seconds(long epochMs) {
        return capped(epochMs / 1000);
    }

    /** Saturates: older clients take no integer beyond 32 bits. */
    private static int capped(long number) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
    }
}
