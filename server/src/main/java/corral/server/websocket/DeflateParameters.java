package corral.server.websocket;

import corral.server.exchange.RequestHead;

/**
 * permessage-deflate as it was negotiated (RFC 7692 7.1). Only what the client asked for is answered; the server keeps no context between
 * its messages either way, which needs no agreement.
 *
 * @param serverNoContext the client asked for server_no_context_takeover
 * @param clientNoContext the client offered client_no_context_takeover
 * @param serverWindowBits how far the server's messages may look back, 8-15; 15 if the client did not ask
 */
record DeflateParameters(boolean serverNoContext, boolean clientNoContext, int serverWindowBits) {
    private static final int FULL_WINDOW_BITS = 15;
    private static final int LEAST_WINDOW_BITS = 8;

    /** The first acceptable offer in the request, null if there is none. */
    static DeflateParameters negotiate(RequestHead head) {
        for (int i = 0; i < head.headerCount(); i++) {
            if (head.isNamed(i, "sec-websocket-extensions")) {
                DeflateParameters agreed = negotiate(head.value(i));
                if (agreed != null) {
                    return agreed;
                }
            }
        }
        return null;
    }

    private static DeflateParameters negotiate(String header) {
        int at = 0;
        while (at < header.length()) {
            int end = next(header, at, ',');
            DeflateParameters agreed = offer(header.substring(at, end));
            if (agreed != null) {
                return agreed;
            }
            at = end + 1;
        }
        return null;
    }

    /** Where the next separator outside quotes is, or the end. */
    private static int next(String text, int from, char separator) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                return i;
            }
        }
        return text.length();
    }

    private static DeflateParameters offer(String offer) {
        int at = next(offer, 0, ';');
        if (!offer.substring(0, at).trim().equalsIgnoreCase("permessage-deflate")) {
            return null;
        }
        Offer read = new Offer();
        while (at < offer.length()) {
            int end = next(offer, at + 1, ';');
            if (!read.parameter(offer.substring(at + 1, end))) {
                return null;
            }
            at = end;
        }
        return new DeflateParameters(
                read.serverNoContext,
                read.clientNoContext,
                read.serverWindowBits == 0 ? FULL_WINDOW_BITS : read.serverWindowBits);
    }

    /** Parameters of an offer; each may come once. */
    private static final class Offer {
        private boolean serverNoContext;
        private boolean clientNoContext;
        private boolean clientWindow;
        private int serverWindowBits;

        /** Whether the parameter can be agreed to. */
        boolean parameter(String text) {
            int equals = text.indexOf('=');
            String name = (equals < 0 ? text : text.substring(0, equals)).trim();
            String value =
                    equals < 0 ? null : unquoted(text.substring(equals + 1).trim());
            switch (name) {
                case "server_no_context_takeover" -> {
                    boolean good = value == null && !serverNoContext;
                    serverNoContext = true;
                    return good;
                }
                case "client_no_context_takeover" -> {
                    boolean good = value == null && !clientNoContext;
                    clientNoContext = true;
                    return good;
                }
                case "server_max_window_bits" -> {
                    boolean good = serverWindowBits == 0;
                    serverWindowBits = windowBits(value);
                    return good && serverWindowBits != 0;
                }
                case "client_max_window_bits" -> {
                    boolean good = !clientWindow && (value == null || windowBits(value) != 0);
                    clientWindow = true;
                    return good;
                }
                default -> {
                    return false;
                }
            }
        }

        private static String unquoted(String value) {
            boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
            return quoted ? value.substring(1, value.length() - 1) : value;
        }

        /** 8-15 without leading zeros, else 0. */
        private static int windowBits(String value) {
            if (value == null) {
                return 0;
            }
            for (int bits = LEAST_WINDOW_BITS; bits <= FULL_WINDOW_BITS; bits++) {
                if (value.equals(Integer.toString(bits))) {
                    return bits;
                }
            }
            return 0;
        }
    }

    /** Value of the response's Sec-WebSocket-Extensions. */
    String response() {
        StringBuilder text = new StringBuilder("permessage-deflate");
        if (serverNoContext) {
            text.append("; server_no_context_takeover");
        }
        if (clientNoContext) {
            text.append("; client_no_context_takeover");
        }
        if (serverWindowBits != FULL_WINDOW_BITS) {
            text.append("; server_max_window_bits=").append(serverWindowBits);
        }
        return text.toString();
    }
}
