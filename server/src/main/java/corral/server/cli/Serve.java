package corral.server.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code corral serve APP [options]}: corral's own command line. CORRAL_CMD_ARGS holds options that the command line overrides. */
final class Serve {
    private static final String VARIABLE = "CORRAL_CMD_ARGS";

    private final Surroundings around;

    Serve(Surroundings around) {
        this.around = around;
    }

    /** The server asked for; empty when there was only something to say. */
    Optional<Draft> translate(List<String> arguments) throws RefusedException {
        ServeParser.Parsed own = new ServeParser().parse(arguments);
        if (own.help()) {
            around.out().print(help());
            return Optional.empty();
        }
        ServeParser.Parsed further = fromEnvironment();
        List<String> apps = own.positional().isEmpty() ? further.positional() : own.positional();
        if (apps.isEmpty()) {
            throw ServeParser.usage("which application? For example: corral serve main:app");
        } else if (apps.size() > 1) {
            throw ServeParser.usage("one application only, not also " + String.join(" ", apps.subList(1, apps.size())));
        }
        Map<ServeOption, List<String>> given = new LinkedHashMap<>(further.given());
        if (own.given().keySet().stream().anyMatch(Serve::saysWhere)) {
            given.keySet().removeIf(Serve::saysWhere);
        }
        given.putAll(own.given());
        return Optional.of(draft(apps.get(0), given, arguments));
    }

    private static boolean saysWhere(ServeOption option) {
        return option.key().equals("bind")
                || option.key().equals("host")
                || option.key().equals("port");
    }

    private ServeParser.Parsed fromEnvironment() throws RefusedException {
        try {
            return new ServeParser().parse(ShellWords.split(around.environment().getOrDefault(VARIABLE, "")));
        } catch (IllegalArgumentException e) {
            throw ServeParser.usage(VARIABLE + ": " + e.getMessage());
        } catch (RefusedException e) {
            throw new RefusedException(e.status(), e.getMessage() + " (" + VARIABLE + ")");
        }
    }

    private Draft draft(String app, Map<ServeOption, List<String>> given, List<String> arguments)
            throws RefusedException {
        if (app.indexOf(':') < 1 || app.endsWith(":")) {
            throw ServeParser.usage("'" + app + "' is not an application such as main:app");
        }
        Draft draft = new Draft("corral serve " + String.join(" ", arguments));
        draft.set("app", app).set("directory", around.directory().toString()).set("access_log", "-");
        Optional<String> python = Optional.empty();
        for (Map.Entry<ServeOption, List<String>> entry : given.entrySet()) {
            if (entry.getKey().key().equals("python")) {
                python = Optional.of(entry.getValue().get(0));
            } else {
                apply(draft, entry.getKey(), entry.getValue());
            }
        }
        draft.set("python", new Interpreter(around).find(python));
        if (!draft.values().containsKey("app_dir")) {
            draft.set("app_dir", draft.values().get("directory"));
        }
        listen(draft, given);
        Terminal.complete(draft);
        if (!draft.values().containsKey("use_colors") && around.hasColours()) {
            draft.set("use_colors", true);
        }
        return draft;
    }

    private void apply(Draft draft, ServeOption option, List<String> values) throws RefusedException {
        String last = values.get(values.size() - 1);
        switch (option.kind()) {
            case PATH -> draft.set(option.key(), around.absolute(last));
            case LOG -> draft.set(option.key(), log(last));
            case LIST -> draft.set(option.key(), String.join(",", values));
            case PATHS -> draft.list(option.key(), paths(values));
            case HEADERS -> draft.headers(option.key(), values);
            case VARIABLES ->
                values.forEach(value -> draft.variable(
                        value.substring(0, value.indexOf('=')), value.substring(value.indexOf('=') + 1)));
            case INTEGER -> {
                if (!option.key().equals("port")) {
                    draft.set(option.key(), last);
                }
            }
            default -> {
                if (!option.key().equals("host")) {
                    draft.set(option.key(), last);
                }
            }
        }
    }

    private String log(String path) {
        boolean word = path.isEmpty() || path.equals("-") || path.equals("NONE") || path.equals("AUTO");
        return word ? path : around.absolute(path);
    }

    private List<String> paths(List<String> values) {
        List<String> paths = new ArrayList<>();
        for (String value : values) {
            for (String path : value.split(",", -1)) {
                paths.add(around.absolute(path.strip()));
            }
        }
        return paths;
    }

    private void listen(Draft draft, Map<ServeOption, List<String>> given) throws RefusedException {
        Optional<String> host = value(given, "host");
        Optional<String> port = value(given, "port");
        if (host.isEmpty() && port.isEmpty()) {
            return;
        }
        if (value(given, "bind").isPresent()) {
            throw ServeParser.usage("--bind says where to listen, --host and --port do it too: choose one");
        }
        String name = host.orElse("127.0.0.1");
        draft.set("bind", (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port.orElse("8000"));
    }

    private static Optional<String> value(Map<ServeOption, List<String>> given, String key) {
        return given.entrySet().stream()
                .filter(entry -> entry.getKey().key().equals(key))
                .map(entry -> entry.getValue().get(0))
                .findFirst();
    }

    private static String help() {
        StringBuilder out = new StringBuilder(8192);
        out.append("usage: corral serve APP [OPTIONS]\n\n");
        out.append("Runs APP (module:attribute) with a front and workers under corrald. Options may also stand in\n");
        out.append(VARIABLE).append(". Switches: --x, --no-x or --x=true.\n");
        for (ServeOptions.Part part : ServeOptions.PARTS) {
            out.append('\n').append(part.title()).append(":\n");
            for (ServeOption option : part.options()) {
                String metavar = option.metavar();
                Columns.row(out, option.flag() + (metavar.isEmpty() ? "" : " " + metavar), option.meaning());
            }
        }
        out.append(
                "\nSignals: HUP replaces workers, and the front if its settings changed, by new ones; TTIN and TTOU make it a worker\n");
        out.append("more or fewer; USR1 opens log files anew; USR2 replaces the front; INT and TERM end it.\n");
        return out.toString();
    }
}
