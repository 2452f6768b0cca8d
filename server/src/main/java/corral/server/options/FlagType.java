package corral.server.options;

import java.util.List;

/** How the texts of an option become a value. */
interface FlagType<T> {
    /** What may be given, as it stands in errors and in the help. */
    String allowed();

    /**
     * Reads an option.
     *
     * @param texts as given, in order, at least one; the last one counts where there can only be one
     * @throws BadFlagException names the text that is not allowed
     */
    T read(List<String> texts) throws BadFlagException;
}
