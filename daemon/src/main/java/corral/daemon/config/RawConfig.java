package corral.daemon.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What all files say together, before anything is expanded or checked. Changes only while files are read. */
final class RawConfig {
    private static final String HERE = "%(here)s";

    private final RawSection defaults = new RawSection(Sections.DEFAULTS, Origin.NOWHERE);
    private final Map<String, RawSection> sections = new LinkedHashMap<>();

    /** The section for a header that was just read. */
    RawSection open(String name, Origin origin) {
        if (name.equals(Sections.DEFAULTS)) {
            return defaults;
        }
        String canonical = name.equals(Sections.ALIAS) ? Sections.DAEMON : name;
        return sections.computeIfAbsent(canonical, known -> new RawSection(known, origin));
    }

    /** That section and the fallbacks alone. */
    RawConfig only(RawSection section) {
        RawConfig part = new RawConfig();
        part.defaults.values().putAll(defaults.values());
        part.sections.put(section.name(), section);
        return part;
    }

    /** Fallbacks for every section. */
    RawSection defaults() {
        return defaults;
    }

    Optional<RawSection> section(String name) {
        return Optional.ofNullable(sections.get(name));
    }

    /** Sections in the order of their first headers. */
    List<RawSection> sections() {
        return List.copyOf(sections.values());
    }

    /** Sections whose name begins with a prefix. */
    List<RawSection> sections(String prefix) {
        List<RawSection> found = new ArrayList<>();
        for (RawSection section : sections.values()) {
            if (section.name().startsWith(prefix)) {
                found.add(section);
            }
        }
        return found;
    }

    /** A key of a section or its fallback. */
    Optional<RawValue> value(RawSection section, String key) {
        RawValue own = section.values().get(key);
        return Optional.ofNullable(own == null ? defaults.values().get(key) : own);
    }

    /**
     * Replaces the text {@code %(here)s} everywhere, as reading {@code [include]} does after each file (spec/supervisor.md
     * 1.5). Fallbacks that have it become values of each section known so far.
     */
    void expandHere(String here) {
        for (RawSection section : sections.values()) {
            for (RawValue fallback : defaults.values().values()) {
                if (fallback.text().contains(HERE)) {
                    section.values().putIfAbsent(fallback.key(), fallback);
                }
            }
            section.values()
                    .replaceAll((key, value) -> value.text().contains(HERE)
                            ? new RawValue(value.section(), key, value.text().replace(HERE, here), value.origin())
                            : value);
        }
    }
}
