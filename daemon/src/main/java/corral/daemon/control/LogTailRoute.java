package corral.daemon.control;

import corral.daemon.process.Commands;
import corral.daemon.process.ProcessSnapshot;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** {@code /logtail/NAME[/stdout|/stderr]} (spec/supervisor.md 4.7). */
final class LogTailRoute implements Route {
    private static final String PREFIX = "/logtail";
    // Tells a proxy such as nginx not to hold lines back.
    private static final Map<String, String> HEADERS = Map.of("X-Accel-Buffering", "no");

    private final Commands commands;
    private final LogTail tail;

    LogTailRoute(Commands commands, LogTail tail) {
        this.commands = commands;
        this.tail = tail;
    }

    @Override
    public boolean matches(String path) {
        return path.startsWith(PREFIX);
    }

    @Override
    public void handle(Exchange exchange) {
        if (!exchange.request().method().equals("GET")) {
            exchange.error(400);
            return;
        }
        String[] parts = exchange.request().path().substring(1).split("/", 3);
        if (parts.length < 2) {
            exchange.error(500);
            return;
        }
        String channel = parts.length == 3 ? parts[2] : "stdout";
        Namespec name = Namespec.parse(parts[1]);
        if (name.process().isEmpty() || !(channel.equals("stdout") || channel.equals("stderr"))) {
            exchange.error(404);
            return;
        }
        exchange.whenDone(commands.process(name.group(), name.process().get(), name.text()), (process, refused) -> {
            String file = refused == null ? file(process, channel) : "";
            tail.serve(exchange, () -> file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file)), HEADERS);
        });
    }

    private static String file(ProcessSnapshot process, String channel) {
        return channel.equals("stdout") ? process.stdoutLog() : process.stderrLog();
    }
}
