package corral.server.cli;

import java.util.List;

/**
 * One option of uvicorn's command line.
 *
 * @param name of the parameter, which also names its variable
 * @param flags long options; for {@link Kind#SWITCH} the one that switches on, then the one that switches off
 * @param words what {@link Kind#CHOICE} may be
 * @param repeated whether every mention counts, not only the last
 * @param meaning for the help
 */
record ClickOption(String name, List<String> flags, Kind kind, List<String> words, boolean repeated, String meaning) {

    /** What a value may be. */
    enum Kind {
        TEXT("TEXT"),
        INTEGER("INTEGER"),
        FLOAT("FLOAT"),
        BOOLEAN("BOOLEAN"),
        /** One of some words. */
        CHOICE(""),
        /** One of some words, or the import string of an own one. */
        CHOICE_OR_IMPORT(""),
        /** A file or directory that exists. */
        PATH("PATH"),
        /** No value. */
        FLAG(""),
        /** Two flags without values. */
        SWITCH("");

        private final String metavar;

        Kind(String metavar) {
            this.metavar = metavar;
        }

        boolean takesValue() {
            return this != FLAG && this != SWITCH;
        }
    }

    static ClickOption of(String flag, String name, Kind kind, String meaning) {
        return new ClickOption(name, List.of(flag), kind, List.of(), false, meaning);
    }

    static ClickOption choice(String flag, String name, Kind kind, List<String> words, String meaning) {
        return new ClickOption(name, List.of(flag), kind, words, false, meaning);
    }

    static ClickOption pair(String flag, String name, String meaning) {
        return new ClickOption(name, List.of("--" + flag, "--no-" + flag), Kind.SWITCH, List.of(), false, meaning);
    }

    ClickOption repeatable() {
        return new ClickOption(name, flags, kind, words, true, meaning);
    }

    /** The flags as messages and the help show them. */
    String shown() {
        return String.join(" / ", flags);
    }

    /** What the help shows for the value; empty for none. */
    String metavar() {
        boolean choice = kind == Kind.CHOICE || kind == Kind.CHOICE_OR_IMPORT;
        return choice ? "[" + String.join("|", words) + "]" : kind.metavar;
    }
}
