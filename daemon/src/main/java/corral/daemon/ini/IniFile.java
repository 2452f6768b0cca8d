package corral.daemon.ini;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One configuration file with its sections merged, for a program that needs a few keys and not the whole
 * configuration: no {@code [include]}, no types (spec/supervisor.md 1.1, 2.3). Immutable.
 */
public final class IniFile {
    private static final String DEFAULTS = "DEFAULT";

    private final Path file;
    private final Map<String, Map<String, IniText.Entry>> sections;

    /**
     * A value and where it stands.
     *
     * @param section header text, for labels and messages
     * @param text not expanded
     * @param line 1-based
     */
    public record Value(String section, String key, String text, int line) {

        /**
         * The value with its {@code %(name)s} replaced.
         *
         * @throws ExpansionException with Supervisor's message
         */
        public String expand(Names names) throws ExpansionException {
            return Expansion.expand(text, names, section + "." + key);
        }
    }

    private IniFile(Path file, Map<String, Map<String, IniText.Entry>> sections) {
        this.file = file;
        this.sections = sections;
    }

    /**
     * Reads a file.
     *
     * @throws IniException with Supervisor's message when it is missing, unreadable, not UTF-8 or not INI
     */
    public static IniFile read(Path file) throws IniException {
        if (!Files.exists(file)) {
            throw new IniException("could not find config file " + file);
        }
        IniText text;
        try {
            text = Dialect.parse(file.toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IniException("could not read config file " + file);
        } catch (UndecodableException e) {
            throw new IniException(e.getMessage());
        }
        Optional<String> failure = text.failure();
        if (failure.isPresent()) {
            throw new IniException(failure.get());
        }
        Map<String, Map<String, IniText.Entry>> sections = new HashMap<>();
        for (IniText.Block block : text.blocks()) {
            Map<String, IniText.Entry> keys = sections.get(block.name());
            if (keys == null) {
                keys = new HashMap<>();
                sections.put(block.name(), keys);
            }
            for (IniText.Entry entry : block.entries()) {
                keys.put(entry.key(), entry);
            }
        }
        return new IniFile(file, sections);
    }

    /** Whether a section header stands in the file. */
    public boolean has(String section) {
        return sections.containsKey(section) && !section.equals(DEFAULTS);
    }

    /** A key of a section, or of {@code [DEFAULT]} when the section exists and does not have it. */
    public Optional<Value> value(String section, String key) {
        if (!has(section)) {
            return Optional.empty();
        }
        IniText.Entry entry = sections.get(section).get(key);
        if (entry == null) {
            entry = sections.getOrDefault(DEFAULTS, Map.of()).get(key);
        }
        return entry == null ? Optional.empty() : Optional.of(new Value(section, key, entry.value(), entry.line()));
    }

    /** The directory of the file, absolute: what {@code %(here)s} stands for. */
    public String here() {
        return here(file);
    }

    /** The directory of a file, absolute, without following links. */
    public static String here(Path file) {
        return String.valueOf(file.toAbsolutePath().normalize().getParent());
    }
}
