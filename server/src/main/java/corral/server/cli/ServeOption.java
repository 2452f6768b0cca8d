package corral.server.cli;

import java.util.List;

/**
 * One option of {@code corral serve}: a key of {@code [server:x]} with dashes.
 *
 * @param key as in the file
 * @param words what {@link Kind#CHOICE} may be
 * @param least smallest number
 * @param most largest number
 * @param meaning for the help, with the default in brackets
 */
record ServeOption(String key, Kind kind, List<String> words, long least, long most, String meaning) {

    /** What a value may be. */
    enum Kind {
        TEXT("TEXT"),
        /** {@code --x}, {@code --no-x} or {@code --x=true}. */
        BOOLEAN(""),
        INTEGER("N"),
        /** A number, {@code auto} too. */
        INTEGER_OR_AUTO("N|auto"),
        SECONDS("SECONDS"),
        /** Bytes, KB, MB, GB. */
        SIZE("BYTES"),
        CHOICE(""),
        /** Relative ones are made absolute. */
        PATH("PATH"),
        /** The same, but {@code -}, NONE and AUTO stay. */
        LOG("PATH"),
        /** Items with commas, or the option several times. */
        LIST("LIST"),
        /** The same with paths. */
        PATHS("PATHS"),
        /** NAME:VALUE, once each. */
        HEADERS("NAME:VALUE"),
        /** KEY=VALUE, once each. */
        VARIABLES("KEY=VALUE");

        private final String metavar;

        Kind(String metavar) {
            this.metavar = metavar;
        }

        boolean isRepeated() {
            return this == LIST || this == PATHS || this == HEADERS || this == VARIABLES;
        }
    }

    static ServeOption option(String key, Kind kind, String meaning) {
        return new ServeOption(key, kind, List.of(), 0, Integer.MAX_VALUE, meaning);
    }

    static ServeOption choice(String key, String words, String meaning) {
        return new ServeOption(key, Kind.CHOICE, List.of(words.split(" ", -1)), 0, 0, meaning);
    }

    static ServeOption number(String key, Kind kind, long least, long most, String meaning) {
        return new ServeOption(key, kind, List.of(), least, most, meaning);
    }

    /** The option as it is typed. */
    String flag() {
        return "--" + key.replace('_', '-');
    }

    /** What the help shows for the value; empty for none. */
    String metavar() {
        return kind == Kind.CHOICE ? String.join("|", words) : kind.metavar;
    }
}
