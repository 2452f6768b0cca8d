package corral.daemon.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** All keys under one header, from all files; the last one of each wins. Changes only while files are read. */
final class RawSection {
    private final String name;
    private final Origin origin;
    private final Map<String, RawValue> values = new LinkedHashMap<>();

    RawSection(String name, Origin origin) {
        this.name = name;
        this.origin = origin;
    }

    String name() {
        return name;
    }

    /** The first header; its file is the one that Supervisor's messages name. */
    Origin origin() {
        return origin;
    }

    Map<String, RawValue> values() {
        return values;
    }
}
