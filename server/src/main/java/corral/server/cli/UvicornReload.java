package corral.server.cli;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which files {@code uvicorn --reload} watches: defaults stay unless the other list names them. */
final class UvicornReload {
    private static final List<String> INCLUDES = List.of("*.py");
    private static final List<String> EXCLUDES = List.of(".*", ".py[cod]", ".sw.*", "~*");

    private final Surroundings around;
    private final Map<String, Object> values;

    UvicornReload(Surroundings around, Map<String, Object> values) {
        this.around = around;
        this.values = values;
    }

    /** Sets the lists, or says that they are for nothing without {@code --reload}. */
    void apply(Draft draft) throws RefusedException {
        List<String> includes = given("reload_includes");
        List<String> excludes = given("reload_excludes");
        List<String> directories = new ArrayList<>();
        given("reload_dirs").forEach(path -> directories.add(around.absolute(path)));
        if (!Boolean.TRUE.equals(values.get("reload"))) {
            if (!includes.isEmpty() || !excludes.isEmpty() || !directories.isEmpty()) {
                around.err()
                        .println("WARNING:  Current configuration will not reload as not all conditions are met, please"
                                + " refer to documentation.");
            }
            return;
        }
        if (values.get("workers") instanceof Long workers && workers > 1) {
            around.err().println("WARNING:  \"workers\" flag is ignored when reloading is enabled.");
        }
        for (String include : includes) {
            if (Files.isDirectory(around.directory().resolve(include))) {
                directories.add(around.absolute(include));
            }
        }
        draft.set("workers", 1);
        draft.list(
                "reload_dirs",
                directories.isEmpty() ? List.of(around.directory().toString()) : directories);
        draft.list("reload_includes", united(INCLUDES, excludes, includes));
        draft.list("reload_excludes", united(EXCLUDES, includes, excludes));
    }

    private static List<String> united(List<String> defaults, List<String> without, List<String> further) {
        List<String> all = new ArrayList<>(defaults);
        all.removeAll(without);
        all.addAll(further);
        return all;
    }

    private List<String> given(String name) {
        return values.get(name) instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of();
    }
}
