package corral.daemon.ini;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where a configuration is looked for when no {@code -c} is given (spec/supervisor.md 1.6). No state, any thread. */
public final class ConfigSearch {

    private ConfigSearch() {}

    /**
     * The places in their order: those that Supervisor looks at, and before each of them the same place for
     * {@code corral.conf}.
     *
     * @param home directory above the one the program was started from, {@code dirname(dirname(argv0))}
     * @param cwd working directory
     */
    public static List<Path> places(Path home, Path cwd) {
        Set<Path> places = new LinkedHashSet<>();
        addBoth(places, home.resolve("etc"));
        addBoth(places, home);
        addBoth(places, cwd);
        addBoth(places, cwd.resolve("etc"));
        addBoth(places, Path.of("/etc"));
        places.add(Path.of("/etc/corral/corral.conf"));
        places.add(Path.of("/etc/supervisor/supervisord.conf"));
        return List.copyOf(places);
    }

    private static void addBoth(Set<Path> places, Path folder) {
        places.add(folder.resolve("corral.conf"));
        places.add(folder.resolve("supervisord.conf"));
    }

    /** The first place that exists. */
    public static Optional<Path> find(List<Path> places) {
        for (Path place : places) {
            if (Files.exists(place)) {
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }
}
