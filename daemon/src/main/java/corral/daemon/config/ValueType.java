package corral.daemon.config;

/**
 * How the text of a value is read.
 *
 * @param allowed what may be written, for messages and the reference page
 */
record ValueType<T>(String allowed, Reading<T> reading) {

    /** Reads one value. */
    interface Reading<T> {
        T read(String text, Host host) throws BadValueException;
    }

    T read(String text, Host host) throws BadValueException {
        return reading.read(text, host);
    }
}
