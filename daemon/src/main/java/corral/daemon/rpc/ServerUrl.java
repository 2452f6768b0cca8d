package corral.daemon.rpc;

/**
 * Where a daemon listens: {@code http://host:port} or {@code unix:///path}.
 *
 * @param text the URL as it was given
 * @param host name or address, without brackets; empty for a Unix socket
 * @param port 1..65535; 0 for a Unix socket
 * @param path of the Unix socket; empty for TCP
 */
public record ServerUrl(String text, String host, int port, String path) {
    private static final String UNIX = "unix://";
    private static final String HTTP = "http://";
    private static final int DEFAULT_PORT = 80;

    /**
     * Reads a URL. A path behind an HTTP authority is ignored, the port defaults to 80.
     *
     * @throws IllegalArgumentException for another scheme or a port that is none; the message names the URL
     */
    public static ServerUrl parse(String text) {
        if (text.startsWith(UNIX)) {
            return new ServerUrl(text, "", 0, text.substring(UNIX.length()));
        }
        if (!text.startsWith(HTTP)) {
            throw new IllegalArgumentException("Unknown protocol for serverurl " + text);
        }
        String authority = text.substring(HTTP.length());
        int slash = authority.indexOf('/');
        authority = slash < 0 ? authority : authority.substring(0, slash);
        authority = authority.substring(authority.lastIndexOf('@') + 1);
        int bracket = authority.lastIndexOf(']');
        int colon = authority.indexOf(':', bracket + 1);
        String host = colon < 0 ? authority : authority.substring(0, colon);
        if (bracket > 0) {
            host = authority.substring(1, bracket);
        }
        int port = colon < 0 || colon == authority.length() - 1 ? DEFAULT_PORT : port(text, authority, colon + 1);
        return new ServerUrl(text, host, port, "");
    }

    private static int port(String text, String authority, int from) {
        try {
            int port = Integer.parseInt(authority.substring(from));
            if (port > 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Reported below, as a number out of range is.
        }
        throw new IllegalArgumentException("port of " + text + " is not a number from 1 to 65535");
    }

    /** Whether this is a Unix socket. */
    public boolean isUnix() {
        return port == 0;
    }

    /** Value of the Host header. */
    String hostHeader() {
        return isUnix() ? "localhost" : host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
