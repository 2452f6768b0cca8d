package corral.ctl.output;

import corral.ctl.daemon.ProcessDetails;
import corral.ctl.daemon.ProcessInfo;
import corral.ctl.daemon.ProcessUsage;
import java.util.List;
import java.util.Locale;

/** The table of {@code status}: name, state, description. */
public final class StatusTable {
    private static final int MIN_NAME_WIDTH = 30;
    private static final int NAME_GAP = 3;
    private static final int STATE_WIDTH = 10;
    private static final String RESET = "\u001b[0m";

    private StatusTable() {}

    /** The lines of the table, each with its end. */
    public static String of(List<ProcessInfo> processes, boolean coloured) {
        int width = MIN_NAME_WIDTH;
        for (ProcessInfo process : processes) {
            String name = process.namespec();
            width = Math.max(width, name.codePointCount(0, name.length()));
        }
        StringBuilder table = new StringBuilder(processes.size() * 80);
        for (ProcessInfo process : processes) {
            Padding.left(table, process.namespec(), width + NAME_GAP);
            state(table, process.stateName(), coloured);
            table.append(process.description()).append('\n');
        }
        return table.toString();
    }

    /** What a process uses, as the line below its own. */
    public static String details(ProcessDetails details) {
        StringBuilder line = new StringBuilder("    ");
        details.usage().ifPresent(usage -> {
            line.append(String.format(
                    Locale.ROOT,
                    "cpu %.1f %% (%s), memory %.1f MB, ",
                    usage.cpuPercent(),
                    time((long) usage.cpuSeconds()),
                    usage.memoryBytes() / (1 << 20)));
            if (usage.descriptors() >= 0) {
                line.append(count(usage.descriptors(), "descriptor")).append(", ");
            }
            line.append(count(usage.threads(), "thread")).append(", ");
        });
        line.append(count(details.restarts(), "restart"));
        details.usage()
                .map(ProcessUsage::cgroup)
                .filter(cgroup -> cgroup.length() > 1)
                .ifPresent(cgroup -> line.append(", cgroup ").append(cgroup));
        return line.append('\n').toString();
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String time(long seconds) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    private static void state(StringBuilder table, String state, boolean coloured) {
        String colour = coloured ? colour(state) : "";
        table.append(colour);
        Padding.left(table, state, STATE_WIDTH);
        if (!colour.isEmpty()) {
            table.append(RESET);
        }
    }

    private static String colour(String state) {
        return switch (state) {
            case "RUNNING" -> "\u001b[32m";
            case "STARTING", "STOPPING", "BACKOFF" -> "\u001b[33m";
            case "FATAL", "UNKNOWN" -> "\u001b[31m";
            case "EXITED" -> "\u001b[36m";
            default -> "";
        };
    }
}
