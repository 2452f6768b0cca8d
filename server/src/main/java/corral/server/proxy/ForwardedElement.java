package corral.server.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One proxy's element of a Forwarded header (RFC 7239 4).
 *
 * @param node who sent the request to that proxy; null if it does not say, or hides it
 * @param scheme http or https; null if it does not say
 */
record ForwardedElement(Node node, String scheme) {

    /** The element of the first proxy from the right whose sender is not trusted, or the first of all; null for what is no such header. */
    static ForwardedElement choose(String value, TrustedAddresses trusted) {
        List<ForwardedElement> elements = new Reading(value).elements();
        if (elements == null || elements.isEmpty()) {
            return null;
        }
        for (int i = trusted.trustsAll() ? 0 : elements.size() - 1; i > 0; i--) {
            ForwardedElement element = elements.get(i);
            if (element.node() == null || !trusted.trusts(element.node().host())) {
                return element;
            }
        }
        return elements.get(0);
    }

    /** A cursor over {@code *( [ forwarded-element ] "," )}. */
    private static final class Reading {
        private final String text;
        private int at;

        Reading(String text) {
            this.text = text;
        }

        /** All elements, null if something is malformed. */
        List<ForwardedElement> elements() {
            List<ForwardedElement> elements = new ArrayList<>();
            while (true) {
                skipSpace();
                if (at == text.length()) {
                    return elements;
                }
                if (text.charAt(at) == ',') {
                    at++;
                    continue;
                }
                ForwardedElement element = element();
                if (element == null) {
                    return null;
                }
                elements.add(element);
            }
        }

        private ForwardedElement element() {
            Node node = null;
            String scheme = null;
            while (true) {
                skipSpace();
                String name = token();
                if (name.isEmpty() || at == text.length() || text.charAt(at) != '=') {
                    return null;
                }
                at++;
                String value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
                if (value == null || value.isEmpty()) {
                    return null;
                }
                switch (name.toLowerCase(Locale.ROOT)) {
                    case "for" -> node = sender(value);
                    case "proto" -> scheme = ForwardedHeaders.scheme(value.toLowerCase(Locale.ROOT));
                    default -> {}
                }
                skipSpace();
                if (at == text.length() || text.charAt(at) == ',') {
                    return new ForwardedElement(node, scheme);
                }
                if (text.charAt(at) != ';') {
                    return null;
                }
                at++;
            }
        }

        /** Obfuscated identifiers and "unknown" name nobody (RFC 7239 6.2, 6.3). */
        private static Node sender(String value) {
            return value.startsWith("_") || value.toLowerCase(Locale.ROOT).startsWith("unknown")
                    ? null
                    : Node.parse(value);
        }

        private String token() {
            int from = at;
            while (at < text.length() && " \t,;=\"".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(from, at);
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return value.toString();
                }
                if (c == '\\' && ++at == text.length()) {
                    return null;
                }
                value.append(text.charAt(at));
            }
            return null;
        }

        private void skipSpace() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
        }
    }
}
