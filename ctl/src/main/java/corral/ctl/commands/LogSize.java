package corral.ctl.commands;

/** How much of a log is wanted. */
final class LogSize {
    /** How many bytes when nothing was said. */
    static final long DEFAULT = 1600;

    private LogSize() {}

    /**
     * Offset for an option like {@code -100}: so many bytes before the end; {@code -0} is the whole log.
     *
     * @throws NumberFormatException when it is no number
     */
    static long offset(String option) {
        return -Integer.parseInt(option.substring(1).strip());
    }
}
