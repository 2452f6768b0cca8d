package corral.daemon.config;

import corral.daemon.ini.PyInt;
import corral.daemon.ini.PyText;

/** The forms of {@code healthcheck=}. No state, any thread. */
final class HealthCheckText {
    static final ValueType<HealthCheck.Probe> TYPE = new ValueType<>(
            "http://HOST:PORT/PATH, http+unix:SOCKET:/PATH, tcp://HOST:PORT or exec:COMMAND",
            (text, host) -> read(PyText.strip(text), host));

    private static final int HTTP = 80;
    private static final int MAX_PORT = 65535;
    /** sockaddr_un has 108 bytes, one of them for the end. */
    private static final int MAX_SOCKET = 107;

    private HealthCheckText() {}

    /** A host and its port. */
    private record Place(String host, int port) {}

    private static HealthCheck.Probe read(String text, Host host) throws BadValueException {
        if (text.startsWith("http+unix:")) {
            return unix(text.substring("http+unix:".length()), host);
        } else if (text.startsWith("http://")) {
            return http(text.substring("http://".length()));
        } else if (text.startsWith("tcp://")) {
            Place place = place(text.substring("tcp://".length()), 0);
            return new HealthCheck.Tcp(place.host(), place.port());
        } else if (text.startsWith("exec:")) {
            String command = PyText.strip(text.substring("exec:".length()));
            if (command.isEmpty()) {
                throw new BadValueException("exec: names no command");
            }
            return new HealthCheck.Exec(command);
        }
        throw new BadValueException(PyText.repr(text) + " is no health check");
    }

    private static HealthCheck.Http http(String text) throws BadValueException {
        int slash = text.indexOf('/');
        Place place = place(slash < 0 ? text : text.substring(0, slash), HTTP);
        return new HealthCheck.Http(place.host(), place.port(), "", target(slash < 0 ? "/" : text.substring(slash)));
    }

    private static HealthCheck.Http unix(String text, Host host) throws BadValueException {
        int colon = text.indexOf(":/");
        String path = host.expandUser(colon < 0 ? text : text.substring(0, colon));
        if (!path.startsWith("/") || path.length() > MAX_SOCKET) {
            throw new BadValueException(PyText.repr(path) + " is not the absolute path of a socket");
        }
        return new HealthCheck.Http("localhost", 0, path, target(colon < 0 ? "/" : text.substring(colon + 1)));
    }

    private static String target(String text) throws BadValueException {
        if (!text.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new BadValueException(PyText.repr(text) + " is not a path that can be asked for");
        }
        return text;
    }

    private static Place place(String text, int fallback) throws BadValueException {
        int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
        int colon = text.indexOf(':', Math.max(0, bracket));
        String host = bracket > 0 ? text.substring(1, bracket) : colon < 0 ? text : text.substring(0, colon);
        boolean trailing = bracket > 0 && colon != bracket + 1 && text.length() > bracket + 1;
        if (host.isEmpty() || trailing || !host.chars().allMatch(c -> isPartOfHost(c, bracket > 0))) {
            throw new BadValueException(PyText.repr(text) + " names no host");
        }
        return new Place(host, colon < 0 && fallback > 0 ? fallback : port(colon < 0 ? "" : text.substring(colon + 1)));
    }

    private static boolean isPartOfHost(int c, boolean bracketed) {
        return Character.isLetterOrDigit(c) || "-._".indexOf(c) >= 0 || (bracketed && (c == ':' || c == '%'));
    }

    private static int port(String text) throws BadValueException {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long port = digits && PyInt.isInt(text) ? PyInt.parse(text) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw new BadValueException(PyText.repr(text) + " is not a valid port number.");
        }
        return (int) port;
    }
}
