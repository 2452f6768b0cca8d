package corral.server.cli;

import java.nio.file.Path;
import java.util.Locale;

/** Gunicorn's spellings of an address, made plain (server spec 1.5). No state. */
final class BindForms {
    private static final int DEFAULT_PORT = 8000;

    private BindForms() {}

    /**
     * HOST:PORT, [v6]:PORT, unix:PATH with an absolute path, or fd://N.
     *
     * @param directory what relative paths are relative to
     */
    static String plain(String text, Path directory) throws RefusedException {
        if (text.startsWith("unix:")) {
            String path = text.substring(text.startsWith("unix://") ? 7 : 5);
            if (path.isEmpty()) {
                throw refused("'" + text + "' names no socket.");
            }
            return "unix:" + directory.resolve(path).normalize();
        } else if (text.startsWith("fd://")) {
            if (!isDigits(text.substring(5))) {
                throw refused("'" + text.substring(5) + "' is not a valid file descriptor.");
            }
            return text;
        }
        String address = (text.startsWith("tcp://") ? text.substring(6) : text).toLowerCase(Locale.ROOT);
        int close = address.startsWith("[") ? address.indexOf(']') : -1;
        int colon = close > 0 ? address.indexOf(':', close) : address.indexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        int port = colon < 0 ? DEFAULT_PORT : port(address.substring(colon + 1));
        return (host.isEmpty() ? "0.0.0.0" : host) + ":" + port;
    }

    private static int port(String text) throws RefusedException {
        if (!isDigits(text) || text.length() > 5 || Integer.parseInt(text) > 65535) {
            throw refused("'" + text + "' is not a valid port number.");
        }
        return Integer.parseInt(text);
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static RefusedException refused(String message) {
        return new RefusedException(1, "\nError: " + message);
    }
}
