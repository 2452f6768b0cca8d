package corral.server.cli;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** What the three command lines say about an address that cannot be used. No state beyond the terminal. */
final class BindWords {
    private static final int NOT_STARTED = 3;

    private BindWords() {}

    /** Gunicorn's log lines. */
    static BindCheck.Words gunicorn(Surroundings around) {
        return new BindCheck.Words() {
            @Override
            public void busy(String host, int port) {
                around.err().println(line("Connection in use: " + address(host, port)));
                around.err().println(line("Retrying in 1 second."));
            }

            @Override
            public RefusedException unusable(String host, int port, String reason) {
                String first = reason.contains("in use")
                        ? "Connection in use: " + address(host, port)
                        : "connection to " + address(host, port) + " failed: " + reason;
                return new RefusedException(1, line(first) + "\n" + line("Can't connect to " + address(host, port)));
            }

            @Override
            public RefusedException noSocket(String path) {
                return new RefusedException(1, "\nError: '" + path + "' is not a socket");
            }
        };
    }

    /** Uvicorn's. */
    static BindCheck.Words uvicorn() {
        return new Once() {
            @Override
            public RefusedException unusable(String host, int port, String reason) {
                return new RefusedException(
                        NOT_STARTED,
                        "ERROR:    error while attempting to bind on address " + address(host, port) + ": " + reason);
            }

            @Override
            public RefusedException noSocket(String path) {
                return new RefusedException(NOT_STARTED, "ERROR:    '" + path + "' is not a socket");
            }
        };
    }

    /** corral's own. */
    static BindCheck.Words serve() {
        return new Once() {
            @Override
            public RefusedException unusable(String host, int port, String reason) {
                return new RefusedException(1, "corral serve: cannot listen on " + host + ":" + port + ": " + reason);
            }

            @Override
            public RefusedException noSocket(String path) {
                return new RefusedException(1, "corral serve: cannot listen on " + path + ": it is not a socket");
            }
        };
    }

    private abstract static class Once implements BindCheck.Words {
        @Override
        public void busy(String host, int port) {}
    }

    /** As Python shows a tuple. */
    private static String address(String host, int port) {
        return "('" + host + "', " + port + ")";
    }

    private static String line(String text) {
        String time =
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z").format(ZonedDateTime.now(ZoneId.systemDefault()));
        return "[" + time + "] [" + ProcessHandle.current().pid() + "] [ERROR] " + text;
    }
}
