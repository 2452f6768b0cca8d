package corral.daemon.rpc;

import java.util.ArrayList;
import java.util.List;

/**
 * A small scanner, for the replies of a daemon that we asked: the JDK's parser would cost a cold command line 50 ms,
 * which is half of its life. Knows tags, text, CDATA, comments, instructions, and the entities of XML itself; attributes
 * are skipped, a document type is refused.
 */
final class ScannedEvents implements XmlEvents {
    private final String document;
    private final List<String> open = new ArrayList<>();
    private int at;
    private boolean rootSeen;
    private boolean closing;
    private String name = "";
    private String text = "";

    ScannedEvents(String document) {
        this.document = document;
    }

    @Override
    public Kind next() throws MalformedRpcException {
        if (closing) {
            return close(name);
        }
        while (at < document.length()) {
            if (document.charAt(at) != '<') {
                text = characters();
                if (!open.isEmpty()) {
                    return Kind.TEXT;
                }
                requireBlank(text);
            } else if (startsWith("<!--")) {
                skipPast("-->", 4);
            } else if (startsWith("<?")) {
                skipPast("?>", 2);
            } else if (startsWith("<![CDATA[") && !open.isEmpty()) {
                int from = at + 9;
                skipPast("]]>", 9);
                text = withLineEnds(document.substring(from, at - 3));
                return Kind.TEXT;
            } else if (startsWith("<!")) {
                throw new MalformedRpcException("document types are refused");
            } else {
                return tag();
            }
        }
        if (!rootSeen || !open.isEmpty()) {
            throw new MalformedRpcException("document ends too early");
        }
        return Kind.DONE;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String text() {
        return text;
    }

    private Kind tag() throws MalformedRpcException {
        boolean end = startsWith("</");
        at += end ? 2 : 1;
        name = tagName();
        if (end) {
            skipBlanks();
            require('>');
            return close(name);
        }
        if (open.isEmpty() && rootSeen) {
            throw new MalformedRpcException("second root " + name);
        }
        rootSeen = true;
        open.add(name);
        attributes();
        closing = document.charAt(at) == '/';
        at += closing ? 1 : 0;
        require('>');
        return Kind.START;
    }

    private Kind close(String tag) throws MalformedRpcException {
        closing = false;
        if (open.isEmpty() || !open.remove(open.size() - 1).equals(tag)) {
            throw new MalformedRpcException("unexpected end of " + tag);
        }
        return Kind.END;
    }

    private String tagName() throws MalformedRpcException {
        int from = at;
        while (at < document.length() && isNameCharacter(document.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw new MalformedRpcException("tag without name");
        }
        return document.substring(from, at);
    }

    private static boolean isNameCharacter(char c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-' || c == ':';
    }

    /** Skips to the end of a start tag: to its {@code >} or {@code /}. */
    private void attributes() throws MalformedRpcException {
        while (at < document.length() && document.charAt(at) != '>' && document.charAt(at) != '/') {
            char c = document.charAt(at++);
            if (c == '"' || c == '\'') {
                skipPast(String.valueOf(c), 0);
            } else if (c == '<') {
                throw new MalformedRpcException("tag within a tag");
            }
        }
        if (at == document.length()) {
            throw new MalformedRpcException("document ends within a tag");
        }
    }

    private String characters() throws MalformedRpcException {
        StringBuilder out = null;
        int from = at;
        while (at < document.length() && document.charAt(at) != '<') {
            char c = document.charAt(at);
            if (c == '&' || c == '\r') {
                out = out == null ? new StringBuilder() : out;
                out.append(document, from, at);
                if (c == '&') {
                    reference(out);
                } else {
                    out.append('\n');
                    at += startsWith("\r\n") ? 2 : 1;
                }
                from = at;
            } else if (!isCharacter(c)) {
                throw new MalformedRpcException("character " + (int) c + " is not allowed");
            } else {
                at++;
            }
        }
        return out == null
                ? document.substring(from, at)
                : out.append(document, from, at).toString();
    }

    private void reference(StringBuilder out) throws MalformedRpcException {
        int semicolon = at + 1;
        while (semicolon < document.length() && document.charAt(semicolon) != ';' && semicolon - at < 12) {
            semicolon++;
        }
        if (semicolon == document.length() || document.charAt(semicolon) != ';') {
            throw new MalformedRpcException("unfinished reference");
        }
        String reference = document.substring(at + 1, semicolon);
        at = semicolon + 1;
        switch (reference) {
            case "amp" -> out.append('&');
            case "lt" -> out.append('<');
            case "gt" -> out.append('>');
            case "quot" -> out.append('"');
            case "apos" -> out.append('\'');
            default -> out.appendCodePoint(codePoint(reference));
        }
    }

    private static int codePoint(String reference) throws MalformedRpcException {
        try {
            boolean hexadecimal = reference.startsWith("#x");
            if (hexadecimal || reference.startsWith("#")) {
                int code = Integer.parseInt(reference.substring(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10);
                boolean allowed = code > 0xFFFF ? code <= 0x10FFFF : code >= 0 && isCharacter((char) code);
                if (allowed && !(code <= 0xFFFF && Character.isSurrogate((char) code))) {
                    return code;
                }
            }
        } catch (NumberFormatException e) {
            // Refused below, as an unknown name is.
        }
        throw new MalformedRpcException("unknown reference " + reference);
    }

    private static boolean isCharacter(char c) {
        return c >= ' ' ? c < '\uFFFE' : c == '\t' || c == '\n' || c == '\r';
    }

    private static String withLineEnds(String raw) {
        return raw.indexOf('\r') < 0 ? raw : raw.replace("\r\n", "\n").replace('\r', '\n');
    }

    private static void requireBlank(String outside) throws MalformedRpcException {
        if (!outside.isBlank()) {
            throw new MalformedRpcException("text outside of the root");
        }
    }

    private void skipBlanks() {
        while (at < document.length() && document.charAt(at) <= ' ') {
            at++;
        }
    }

    private void require(char c) throws MalformedRpcException {
        if (at >= document.length() || document.charAt(at) != c) {
            throw new MalformedRpcException("unfinished tag " + name);
        }
        at++;
    }

    /** Moves behind the next {@code end}, looking for it from some characters ahead. */
    private void skipPast(String end, int ahead) throws MalformedRpcException {
        at += ahead;
        while (at < document.length()) {
            if (startsWith(end)) {
                at += end.length();
                return;
            }
            at++;
        }
        throw new MalformedRpcException("missing " + end);
    }

    private boolean startsWith(String prefix) {
        return document.startsWith(prefix, at);
    }
}
