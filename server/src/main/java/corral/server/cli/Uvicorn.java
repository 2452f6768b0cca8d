package corral.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code corral uvicorn …}: uvicorn's own command line and variables. */
final class Uvicorn {
    private static final String PROGRAM = "uvicorn";
    private static final int USAGE = 2;
    private static final int NOT_STARTED = 3;

    private final Surroundings around;

    Uvicorn(Surroundings around) {
        this.around = around;
    }

    /** The server asked for; empty when there was only something to say. */
    Optional<Draft> translate(List<String> arguments) throws RefusedException {
        Interpreter.Arguments split = Interpreter.split(arguments);
        ClickParser.Parsed parsed = new ClickParser(PROGRAM, UvicornOptions.TABLE).parse(split.rest());
        if (isGiven(parsed, "help")) {
            around.out().print(UvicornHelp.text());
            return Optional.empty();
        }
        if (isGiven(parsed, "version")) {
            around.out()
                    .println("Running corral " + Version.text() + " for uvicorn's command line with Java "
                            + System.getProperty("java.version") + " on " + System.getProperty("os.name"));
            return Optional.empty();
        }
        Map<String, Object> values = new ClickValues(PROGRAM, around).read(parsed);
        return Optional.of(draft(values, arguments, split.python()));
    }

    private static boolean isGiven(ClickParser.Parsed parsed, String name) {
        return parsed.given().keySet().stream().anyMatch(option -> option.name().equals(name));
    }

    private Draft draft(Map<String, Object> values, List<String> arguments, Optional<String> python)
            throws RefusedException {
        String app = values.get("app").toString();
        checkApp(app);
        if (values.containsKey("ssl_keyfile") && !values.containsKey("ssl_certfile")) {
            throw new RefusedException(NOT_STARTED, "ERROR:    --ssl-keyfile needs --ssl-certfile.");
        }
        Draft draft = new Draft("corral uvicorn " + String.join(" ", arguments));
        draft.set("app", app)
                .set("personality", PROGRAM)
                .set("python", new Interpreter(around).find(python))
                .set("directory", around.directory().toString())
                .set("app_dir", around.directory().toString());
        defaults(draft);
        Map<String, String> environment = environment(values, draft);
        listen(values, draft);
        workers(values, environment, draft);
        if (!values.containsKey("forwarded_allow_ips") && environment.containsKey("FORWARDED_ALLOW_IPS")) {
            values.put("forwarded_allow_ips", environment.get("FORWARDED_ALLOW_IPS"));
        }
        new UvicornMapping(around, draft, USAGE).apply(values);
        new UvicornReload(around, values).apply(draft);
        Terminal.complete(draft);
        if (!draft.values().containsKey("use_colors") && around.hasColours()) {
            draft.set("use_colors", true);
        }
        return draft;
    }

    /** Where uvicorn's defaults are not corral's. A blocked event loop is nobody's concern there, so there is no watchdog. */
    private static void defaults(Draft draft) throws RefusedException {
        draft.set("root_path_in_path", true)
                .set("access_log", "-")
                .set("access_log_format", PROGRAM)
                .set("proxy_headers", PROGRAM)
                .set("forwarded_allow_ips", "127.0.0.1")
                .set("keepalive", 5)
                .set("timeout", 0)
                .set("limit_request_line", 65536)
                .set("limit_request_field_size", 65536)
                .set("limit_request_head", 65536)
                .set("limit_request_fields", 1000);
    }

    private static void checkApp(String app) throws RefusedException {
        int colon = app.indexOf(':');
        if (colon < 1 || colon == app.length() - 1) {
            throw new RefusedException(
                    NOT_STARTED,
                    "ERROR:    Error loading ASGI app. Import string \"" + app
                            + "\" must be in format \"<module>:<attribute>\".");
        }
    }

    /** The environment with that of {@code --env-file}, which does not win over it. */
    private Map<String, String> environment(Map<String, Object> values, Draft draft) throws RefusedException {
        Map<String, String> all = new HashMap<>(around.environment());
        Object file = values.get("env_file");
        if (file == null) {
            return all;
        }
        around.err().println("INFO:     Loading environment from '" + file + "'");
        try {
            String text = Files.readString(around.directory().resolve(file.toString()), StandardCharsets.UTF_8);
            DotEnv.read(text, around.environment()).forEach((name, value) -> {
                draft.variable(name, value);
                all.put(name, value);
            });
            return all;
        } catch (IOException e) {
            throw ClickParser.usage(PROGRAM, "Invalid value for '--env-file': '" + file + "' cannot be read: " + e);
        }
    }

    private void listen(Map<String, Object> values, Draft draft) throws RefusedException {
        if (values.get("uds") instanceof String path && !path.isEmpty()) {
            draft.list("bind", List.of("unix:" + around.absolute(path))).set("socket_mode", "0666");
        } else if (values.get("fd") instanceof Long fd) {
            draft.set("bind", "fd://" + fd);
        } else {
            String host = values.getOrDefault("host", "127.0.0.1").toString();
            long port = (Long) values.getOrDefault("port", 8000L);
            if (port < 0 || port > 65535) {
                throw ClickParser.usage(
                        PROGRAM, "Invalid value for '--port': " + port + " is not in the range 0-65535.");
            }
            draft.list("bind", List.of((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port));
        }
    }

    private void workers(Map<String, Object> values, Map<String, String> environment, Draft draft)
            throws RefusedException {
        String concurrency = environment.getOrDefault("WEB_CONCURRENCY", "");
        if (!values.containsKey("workers") && !concurrency.isEmpty()) {
            try {
                values.put("workers", Long.parseLong(concurrency.strip()));
            } catch (NumberFormatException e) {
                throw new RefusedException(1, "ERROR:    WEB_CONCURRENCY: '" + concurrency + "' is not a number.");
            }
        }
        draft.set("workers", Math.max(1, (Long) values.getOrDefault("workers", 1L)));
    }
}
