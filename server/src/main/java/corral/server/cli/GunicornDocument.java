package corral.server.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What corral_config.py found out about a gunicorn command line.
 *
 * @param json its whole answer
 */
record GunicornDocument(JsonObject json) {

    /** The application as it was named. */
    Optional<String> application() {
        return plain(json.get("application")).map(Object::toString);
    }

    /** Whether a setting was given, in a file, the environment or on the command line. */
    boolean isGiven(String setting) {
        return json.getAsJsonObject("origins").has(setting);
    }

    /** A setting's value as text; empty for None. */
    Optional<String> text(String setting) {
        return plain(json.getAsJsonObject("settings").get(setting)).map(UvicornMapping::text);
    }

    /** A number; 0 for None. */
    long number(String setting) {
        return text(setting).map(Long::parseLong).orElse(0L);
    }

    boolean flag(String setting) {
        return text(setting).map(Boolean::parseBoolean).orElse(false);
    }

    /** A list of texts. */
    List<String> list(String setting) {
        List<String> items = new ArrayList<>();
        if (plain(json.getAsJsonObject("settings").get(setting)).orElse(List.of()) instanceof List<?> list) {
            list.forEach(item -> items.add(UvicornMapping.text(item)));
        }
        return items;
    }

    /** A value that is a dictionary, as it came. */
    JsonObject dictionary(String setting) {
        JsonElement value = json.getAsJsonObject("settings").get(setting);
        return value.isJsonObject() ? value.getAsJsonObject() : new JsonObject();
    }

    /** Overridden hooks in gunicorn's order. */
    List<String> hooks() {
        return strings(json.get("hooks"));
    }

    /** A part of the worker class: kind or name. */
    String worker(String part) {
        return json.getAsJsonObject("worker").get(part).getAsString();
    }

    /** Methods that the worker class has of its own. */
    List<String> workerOverrides() {
        return strings(json.getAsJsonObject("worker").get("overrides"));
    }

    /** CONFIG_KWARGS of the worker class. */
    Map<String, Object> workerOptions() {
        Map<String, Object> options = new LinkedHashMap<>();
        json.getAsJsonObject("worker")
                .getAsJsonObject("kwargs")
                .entrySet()
                .forEach(entry ->
                        options.put(entry.getKey(), plain(entry.getValue()).orElse(null)));
        return options;
    }

    /** Name of an account: {@code user} or {@code group}. */
    String account(String kind) {
        return json.get(kind).getAsString();
    }

    /** The configuration file; empty without one. */
    Optional<String> config() {
        return plain(json.get("config")).map(Object::toString);
    }

    private static List<String> strings(JsonElement array) {
        List<String> items = new ArrayList<>();
        array.getAsJsonArray().forEach(item -> items.add(item.getAsString()));
        return items;
    }

    private static Optional<Object> plain(JsonElement element) {
        if (element == null || element.isJsonNull()) {
            return Optional.empty();
        } else if (element.isJsonArray()) {
            List<Object> items = new ArrayList<>();
            element.getAsJsonArray().forEach(item -> items.add(plain(item).orElse("")));
            return Optional.of(items);
        } else if (element.isJsonObject()) {
            return Optional.of(element);
        }
        JsonPrimitive primitive = element.getAsJsonPrimitive();
        if (primitive.isBoolean()) {
            return Optional.of(primitive.getAsBoolean());
        } else if (primitive.isNumber()) {
            String digits = primitive.getAsString();
            boolean whole = digits.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9')) && digits.length() < 19;
            return whole ? Optional.of(Long.parseLong(digits)) : Optional.of(primitive.getAsDouble());
        }
        return Optional.of(primitive.getAsString());
    }
}
