package corral.daemon.config;

import corral.daemon.ini.PyInt;
import corral.daemon.ini.PyText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The address forms of a server: Gunicorn's, which are also Uvicorn's host and port. No state, any thread. */
final class BindText {
    static final String ALLOWED =
            "HOST:PORT, :PORT, [IPV6]:PORT, tcp://HOST:PORT, unix:PATH or fd://N, several separated by commas";

    private static final int DEFAULT_PORT = 8000;
    private static final int MAX_PORT = 65535;

    private BindText() {}

    /**
     * Reads a list.
     *
     * @param directory what relative paths of Unix sockets are relative to
     */
    static List<BindAddress> read(String text, Path directory) throws BadValueException {
        List<BindAddress> binds = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            String word = PyText.strip(item);
            if (word.isEmpty() && text.indexOf(',') >= 0) {
                throw new BadValueException("an address is missing beside a comma");
            }
            binds.add(one(word, directory));
        }
        return withV6Only(binds);
    }

    private static BindAddress one(String text, Path directory) throws BadValueException {
        if (text.startsWith("unix:")) {
            String path = text.substring(text.startsWith("unix://") ? 7 : 5);
            if (path.isEmpty()) {
                throw new BadValueException("'" + text + "' names no file");
            }
            return new BindAddress.Unix(directory.resolve(path).normalize().toString());
        } else if (text.startsWith("fd://")) {
            // Without a number: the first socket that systemd passes.
            String number = text.length() == 5 ? "3" : text.substring(5);
            if (!isDigits(number) || number.length() > 5) {
                throw new BadValueException("'" + text + "' names no descriptor");
            }
            return new BindAddress.Inherited(Integer.parseInt(number));
        }
        String address = text.startsWith("tcp://") ? text.substring(6) : text;
        return address.startsWith("[") ? bracketed(address) : named(address);
    }

    private static BindAddress bracketed(String text) throws BadValueException {
        int end = text.indexOf(']');
        if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
            throw new BadValueException("'" + text + "' is not an address");
        }
        String host = PyText.lower(text.substring(1, end));
        if (!isIpv6(host)) {
            throw new BadValueException("'" + host + "' is not an IPv6 address");
        }
        return new BindAddress.Tcp(
                host, end + 1 == text.length() ? DEFAULT_PORT : port(text.substring(end + 2)), false);
    }

    private static BindAddress named(String text) throws BadValueException {
        int colon = text.indexOf(':');
        if (colon != text.lastIndexOf(':')) {
            throw new BadValueException("'" + text + "' is not an address; an IPv6 address is written in brackets");
        }
        String host = PyText.lower(colon < 0 ? text : text.substring(0, colon));
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (!Character.isLetterOrDigit(c) && "-._".indexOf(c) < 0) {
                throw new BadValueException("'" + text + "' is not an address");
            }
        }
        int port = colon < 0 ? DEFAULT_PORT : port(text.substring(colon + 1));
        return new BindAddress.Tcp(host.isEmpty() ? "0.0.0.0" : host, port, false);
    }

    private static int port(String text) throws BadValueException {
        long port = isDigits(text) && PyInt.isInt(text) ? PyInt.parse(text) : -1;
        if (port < 0 || port > MAX_PORT) {
            throw new BadValueException(PyText.repr(text) + " is not a valid port number.");
        }
        return (int) port;
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isIpv6(String host) {
        return host.indexOf(':') >= 0
                && host.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.' || c == '%');
    }

    /** By itself an IPv6 socket of Linux takes the IPv4 port too, and the second of {@code 0.0.0.0:P,[::]:P} finds it in use. */
    private static List<BindAddress> withV6Only(List<BindAddress> binds) {
        List<BindAddress> result = new ArrayList<>();
        for (BindAddress bind : binds) {
            boolean beside = bind instanceof BindAddress.Tcp tcp
                    && tcp.host().indexOf(':') >= 0
                    && binds.stream()
                            .anyMatch(other -> other instanceof BindAddress.Tcp four
                                    && four.host().indexOf(':') < 0
                                    && four.port() == tcp.port());
            result.add(
                    beside
                            ? new BindAddress.Tcp(
                                    ((BindAddress.Tcp) bind).host(), ((BindAddress.Tcp) bind).port(), true)
                            : bind);
        }
        return List.copyOf(result);
    }
}
