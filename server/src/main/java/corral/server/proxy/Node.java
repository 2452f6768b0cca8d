package corral.server.proxy;

import corral.server.options.Network;

/**
 * An entry of X-Forwarded-For, or a node of Forwarded (RFC 7239 6).
 *
 * @param port 0 if there is none
 */
record Node(String host, int port) {
    private static final int LARGEST_PORT = 65_535;

    /** Reads {@code ip}, {@code ip:port}, {@code [v6]}, {@code [v6]:port}; anything else is a host as it stands. */
    static Node parse(String text) {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end > 0 && Network.bytes(text.substring(1, end)) != null) {
                return new Node(text.substring(1, end), end + 1 < text.length() ? port(text, end + 1) : 0);
            }
            return new Node(text, 0);
        }
        int colon = text.indexOf(':');
        if (colon > 0 && text.indexOf(':', colon + 1) < 0) {
            return new Node(text.substring(0, colon), port(text, colon));
        }
        return new Node(text, 0);
    }

    private static int port(String text, int colon) {
        if (text.charAt(colon) != ':' || text.length() - colon > 6) {
            return 0;
        }
        int port = 0;
        for (int i = colon + 1; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            port = 10 * port + digit;
        }
        return port <= LARGEST_PORT ? port : 0;
    }

    /**
     * The sender in a list of X-Forwarded-For: the first from the right that is not trusted, or the first of all; null for an empty one.
     */
    static Node choose(String list, TrustedAddresses trusted) {
        if (trusted.trustsAll()) {
            int comma = list.indexOf(',');
            return named(parse((comma < 0 ? list : list.substring(0, comma)).strip()));
        }
        int end = list.length();
        while (true) {
            int comma = list.lastIndexOf(',', end - 1);
            Node node = parse(list.substring(comma + 1, end).strip());
            if (comma < 0 || !trusted.trusts(node.host())) {
                return named(node);
            }
            end = comma;
        }
    }

    private static Node named(Node node) {
        return node.host().isEmpty() ? null : node;
    }
}
