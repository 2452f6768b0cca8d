package corral.ctl;

import corral.daemon.ini.ConfigSearch;
import corral.daemon.ini.ExpansionException;
import corral.daemon.ini.IniException;
import corral.daemon.ini.IniFile;
import corral.daemon.ini.Names;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The section {@code [supervisorctl]} of the main configuration file; included files do not count (spec/supervisor.md
 * 1.5, 2.3).
 *
 * @param serverUrl of a Unix socket with an absolute path
 * @param prompt without the {@code > } behind it
 * @param historyFile absolute
 */
record ClientConfig(
        String serverUrl,
        Optional<String> username,
        Optional<String> password,
        String prompt,
        Optional<Path> historyFile) {
    /** What holds without a file. */
    static final ClientConfig DEFAULT = new ClientConfig(
            "http://localhost:9001", Optional.empty(), Optional.empty(), "supervisor", Optional.empty());

    private static final String SECTION = "supervisorctl";
    private static final String UNIX = "unix://";

    /**
     * Reads a file.
     *
     * @throws UsageException when it is missing, cannot be read, has no such section or a value cannot be expanded
     */
    static ClientConfig read(Path path, Map<String, String> environment) throws UsageException {
        try {
            IniFile file = IniFile.read(path);
            if (!file.has(SECTION)) {
                throw new UsageException(".ini file does not include supervisorctl section");
            }
            Names names = Names.NONE.withEnvironment(environment);
            Names withHere = names.with("here", file.here());
            String url = value(file, "serverurl", withHere).orElse(DEFAULT.serverUrl);
            if (url.startsWith(UNIX)) {
                url = UNIX + normalize(url.substring(UNIX.length()), environment);
            }
            Optional<String> history = value(file, "history_file", withHere);
            boolean keepsHistory = history.isPresent() && !history.get().isEmpty();
            return new ClientConfig(
                    url,
                    value(file, "username", names),
                    value(file, "password", names),
                    value(file, "prompt", names).orElse(DEFAULT.prompt),
                    keepsHistory ? Optional.of(normalize(history.get(), environment)) : Optional.empty());
        } catch (IniException | ExpansionException e) {
            throw new UsageException(e.getMessage());
        }
    }

    /**
     * The file to read when none is named.
     *
     * @param home directory above that of the program
     */
    static Optional<Path> find(Path home) {
        return ConfigSearch.find(ConfigSearch.places(home, Path.of("")));
    }

    private static Optional<String> value(IniFile file, String key, Names names) throws ExpansionException {
        Optional<IniFile.Value> value = file.value(SECTION, key);
        return value.isPresent() ? Optional.of(value.get().expand(names)) : Optional.empty();
    }

    private static Path normalize(String path, Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        boolean inHome = !home.isEmpty() && (path.equals("~") || path.startsWith("~/"));
        return Path.of(inHome ? home + path.substring(1) : path)
                .toAbsolutePath()
                .normalize();
    }
}
