package corral.daemon.control;

import corral.daemon.health.Usage;
import corral.daemon.health.UsageReader;
import corral.daemon.process.Commands;
import corral.daemon.process.ProcessSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What processes use, for {@code status -v}. Event loop only; proc(5) is read on the file threads. */
final class DetailMethods {
    private final Commands commands;
    private final FileThreads files;
    private final UsageReader reader;

    DetailMethods(Commands commands, FileThreads files, UsageReader reader) {
        this.commands = commands;
        this.files = files;
        this.reader = reader;
    }

    List<RpcMethod> methods() {
        return List.of(RpcMethod.of(
                "corral.getAllProcessDetails",
                "array",
                "What all processes use: restarts, CPU seconds and percent since the call before, resident bytes, descriptors,"
                        + " threads, cgroup; sorted by group and name.",
                a -> details()));
    }

    private CompletableFuture<?> details() {
        return commands.processes()
                .thenCompose(all -> files.call(() -> {
                    Map<Integer, Usage> usages = reader.read(all.stream()
                            .map(ProcessSnapshot::pid)
                            .filter(pid -> pid != 0)
                            .toList());
                    return all.stream()
                            .map(process -> struct(process, usages.get(process.pid())))
                            .toList();
                }));
    }

    /** Bytes are doubles, as integers of the protocol end at 2 GB. */
    private static Map<String, Object> struct(ProcessSnapshot process, Usage usage) {
        Map<String, Object> struct = new LinkedHashMap<>();
        struct.put("group", process.group());
        struct.put("name", process.name());
        struct.put("pid", process.pid());
        struct.put("restarts", process.restarts());
        if (usage != null) {
            struct.put("cpu_seconds", usage.cpuSeconds());
            struct.put("cpu_percent", usage.cpuPercent());
            struct.put("memory", (double) usage.memoryBytes());
            struct.put("descriptors", usage.descriptors());
            struct.put("threads", usage.threads());
            struct.put("cgroup", usage.cgroup());
        }
        return struct;
    }
}
