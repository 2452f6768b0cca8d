package corral.daemon.config;

import corral.daemon.config.HttpServerConfig.Address.Inet;
import corral.daemon.config.HttpServerConfig.Address.Unix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A reading as the JSON text that supervisor_dump.py prints for the same file. */
final class ConfigJson {
    private ConfigJson() {}

    static String of(ConfigResult result) {
        if (result.config().isEmpty()) {
            return json(Map.of("error", ProblemText.firstError(result.problems())), "");
        }
        Config config = result.config().get();
        Map<String, Object> out = new TreeMap<>();
        out.put("daemon", daemon(config.daemon()));
        out.put("servers", config.servers().stream().map(ConfigJson::server).toList());
        out.put("url", orNull(ServerReader.url(config.servers())));
        out.put("interface", config.supervisorInterface());
        out.put("groups", config.groups().stream().map(ConfigJson::group).toList());
        out.put("included", config.included().size());
        return json(out, "");
    }

    private static Map<String, Object> daemon(DaemonConfig daemon) {
        Map<String, Object> out = new TreeMap<>();
        out.put("logfile", daemon.logfile().map(Object::toString).orElse(null));
        out.put("logfile_maxbytes", daemon.logfileMaxBytes());
        out.put("logfile_backups", daemon.logfileBackups());
        out.put("loglevel", level(daemon.loglevel()));
        out.put("pidfile", daemon.pidfile().toString());
        out.put("identifier", daemon.identifier());
        out.put("nodaemon", daemon.nodaemon());
        out.put("silent", daemon.silent());
        out.put("umask", daemon.umask());
        out.put("uid", orNull(daemon.user().map(UserId::uid)));
        out.put("minfds", daemon.minfds());
        out.put("minprocs", daemon.minprocs());
        out.put("nocleanup", daemon.nocleanup());
        out.put("strip_ansi", daemon.stripAnsi());
        return out;
    }

    private static int level(LogLevel level) {
        return switch (level) {
            case CRITICAL -> 50;
            case ERROR -> 40;
            case WARN -> 30;
            case INFO -> 20;
            case DEBUG -> 10;
            case TRACE -> 5;
            case BLATHER -> 3;
        };
    }

    private static Map<String, Object> server(HttpServerConfig server) {
        Map<String, Object> out = new TreeMap<>();
        out.put("section", server.section());
        out.put("username", orNull(server.username()));
        out.put("password", orNull(server.password()));
        if (server.address() instanceof Inet inet) {
            out.put("host", inet.host());
            out.put("port", inet.port());
        } else if (server.address() instanceof Unix unix) {
            out.put("file", unix.path());
            out.put("chmod", unix.mode());
            List<Object> owner = new ArrayList<>();
            owner.add(orNull(unix.uid()));
            owner.add(orNull(unix.gid()));
            out.put("chown", owner);
        }
        return out;
    }

    private static Map<String, Object> group(GroupConfig group) {
        Map<String, Object> out = new TreeMap<>();
        out.put("name", group.name());
        out.put("priority", group.priority());
        out.put("processes", group.processes().stream().map(ConfigJson::process).toList());
        return out;
    }

    private static Map<String, Object> process(ProcessConfig process) {
        Map<String, Object> out = new TreeMap<>();
        out.put("name", process.name());
        out.put("command", process.command());
        out.put("directory", orNull(process.directory()));
        out.put("umask", orNull(process.umask()));
        out.put("priority", process.priority());
        out.put("autostart", process.autostart());
        out.put("autorestart", process.autorestart().name());
        out.put("startsecs", process.startsecs());
        out.put("startretries", process.startretries());
        out.put("exitcodes", List.copyOf(process.exitcodes()));
        out.put("stopsignal", process.stopsignal());
        out.put("stopwaitsecs", process.stopwaitsecs());
        out.put("stopasgroup", process.stopasgroup());
        out.put("killasgroup", process.killasgroup());
        out.put("uid", orNull(process.user().map(UserId::uid)));
        out.put("redirect_stderr", process.redirectStderr());
        out.put("stdout", stream(process.stdout()));
        out.put("stderr", stream(process.stderr()));
        out.put("environment", new TreeMap<>(process.environment()));
        out.put(
                "serverurl",
                process.serverurlAuto() ? "AUTO" : process.serverurl().orElse(""));
        return out;
    }

    private static Map<String, Object> stream(StreamConfig stream) {
        Map<String, Object> out = new TreeMap<>();
        String target =
                stream.target() instanceof LogTarget.File file && !file.path().isEmpty()
                        ? file.path()
                        : stream.target() instanceof LogTarget.Auto ? "AUTO" : "NONE";
        out.put("target", target);
        out.put("maxbytes", stream.maxBytes());
        out.put("backups", stream.backups());
        out.put("capture", stream.captureMaxBytes());
        out.put("events", stream.eventsEnabled());
        out.put("syslog", stream.syslog());
        return out;
    }

    private static Object orNull(Optional<?> value) {
        return value.orElse(null);
    }

    private static Object orNull(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }

    private static String json(Object value, String indent) {
        if (value instanceof Map<?, ?> map) {
            List<String> items = new ArrayList<>();
            map.forEach((key, item) -> items.add(quote(key.toString()) + ": " + json(item, indent + " ")));
            return lines("{", items, "}", indent);
        }
        if (value instanceof List<?> list) {
            return lines(
                    "[", list.stream().map(item -> json(item, indent + " ")).toList(), "]", indent);
        }
        return value instanceof String text ? quote(text) : String.valueOf(value);
    }

    private static String lines(String open, List<String> items, String close, String indent) {
        if (items.isEmpty()) {
            return open + close;
        }
        String inner = "\n" + indent + " ";
        return open + inner + String.join("," + inner, items) + "\n" + indent + close;
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c >= ' ' && c < 0x80) {
                        out.append(c);
                    } else {
                        out.append(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
