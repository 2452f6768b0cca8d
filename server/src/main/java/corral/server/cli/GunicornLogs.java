package corral.server.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where gunicorn's logs go in corral: files of the processes, and the front's access log. */
final class GunicornLogs {
    private static final List<String> LEVELS = List.of("debug", "info", "warning", "error", "critical");

    private final Surroundings around;
    private final GunicornDocument document;
    private final Draft draft;
    private final Path directory;

    /**
     * A mapping.
     *
     * @param directory what relative paths are relative to, gunicorn's {@code chdir}
     */
    GunicornLogs(Surroundings around, GunicornDocument document, Draft draft, Path directory) {
        this.around = around;
        this.document = document;
        this.draft = draft;
        this.directory = directory;
    }

    /**
     * Sets the keys.
     *
     * @param folder for a logging configuration that was given as a dictionary
     */
    void map(Path folder) throws RefusedException, IOException {
        draft.set("access_log", document.text("accesslog").map(this::file).orElse(""));
        if (document.isGiven("access_log_format")) {
            draft.set("access_log_format", document.text("access_log_format").orElse("combined"));
        }
        level();
        String errors = document.text("errorlog").orElse("-");
        if (!errors.equals("-")) {
            boolean both = document.flag("capture_output");
            draft.set(both ? "stdout_logfile" : "stderr_logfile", file(errors));
            if (both) {
                draft.set("redirect_stderr", true);
            }
        }
        Optional<String> configuration = document.text("logconfig_json").or(() -> document.text("logconfig"));
        configuration.ifPresent(path -> draft.set("log_config", file(path)));
        JsonObject dictionary = document.dictionary("logconfig_dict");
        if (dictionary.size() > 0) {
            draft.set("log_config", write(dictionary, folder.resolve("logging.json")));
        }
    }

    private void level() {
        String level = document.text("loglevel").orElse("info").toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            around.note("setting loglevel: there is no level '" + level + "', info is used");
            level = "info";
        }
        draft.set("log_level", level);
    }

    private String file(String path) {
        return path.equals("-") ? path : directory.resolve(path).normalize().toString();
    }

    private static String write(JsonObject dictionary, Path path) throws RefusedException, IOException {
        if (hasObject(dictionary)) {
            throw new RefusedException(
                    1,
                    "\nError: logconfig_dict has values that are no data; name them by their import strings instead");
        }
        if (!dictionary.has("version")) {
            dictionary.add("version", new JsonPrimitive(1));
        }
        Files.writeString(path, dictionary.toString(), StandardCharsets.UTF_8);
        return path.toString();
    }

    /** corral_config.py writes {"object": text} for what JSON cannot hold. */
    private static boolean hasObject(JsonElement element) {
        if (element.isJsonArray()) {
            for (JsonElement item : element.getAsJsonArray()) {
                if (hasObject(item)) {
                    return true;
                }
            }
        } else if (element.isJsonObject()) {
            JsonObject object = element.getAsJsonObject();
            if (object.size() == 1 && object.has("object")) {
                return true;
            }
            for (String key : object.keySet()) {
                if (hasObject(object.get(key))) {
                    return true;
                }
            }
        }
        return false;
    }
}
