package corral.daemon.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Encodes XML-RPC messages as UTF-8. Values are Integer, Long, Boolean, String, Double, List, Map with String keys, and
 * byte[] (base64). Any thread.
 *
 * <p>The result is always well-formed: characters that XML 1.0 cannot carry become U+FFFD, and a carriage return is
 * written as a reference, since a parser would otherwise turn it into a newline.
 */
public final class XmlRpcWriter {
    private static final String DECLARATION = "<?xml version='1.0'?>\n";

    private final StringBuilder out = new StringBuilder(512);

    private XmlRpcWriter() {}

    /** A request. */
    public static byte[] writeCall(String method, List<?> params) {
        XmlRpcWriter writer = new XmlRpcWriter();
        writer.out.append(DECLARATION).append("<methodCall>\n<methodName>");
        writer.text(method);
        writer.out.append("</methodName>\n<params>\n");
        for (Object param : params) {
            writer.param(param);
        }
        writer.out.append("</params>\n</methodCall>\n");
        return writer.bytes();
    }

    /** A successful reply. */
    public static byte[] writeResponse(Object value) {
        XmlRpcWriter writer = new XmlRpcWriter();
        writer.out.append(DECLARATION).append("<methodResponse>\n<params>\n");
        writer.param(value);
        writer.out.append("</params>\n</methodResponse>\n");
        return writer.bytes();
    }

    /** A fault reply. */
    public static byte[] writeFault(int code, String faultString) {
        XmlRpcWriter writer = new XmlRpcWriter();
        writer.out.append(DECLARATION).append("<methodResponse>\n<fault>\n<value><struct>\n");
        writer.member("faultCode", code);
        writer.member("faultString", faultString);
        writer.out.append("</struct></value>\n</fault>\n</methodResponse>\n");
        return writer.bytes();
    }

    /** Text as it stands between tags, for replies that are written piece by piece. */
    public static String escape(String text) {
        XmlRpcWriter writer = new XmlRpcWriter();
        writer.text(text);
        return writer.out.toString();
    }

    private byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void param(Object value) {
        out.append("<param>\n");
        value(value);
        out.append("</param>\n");
    }

    private void member(String name, Object value) {
        out.append("<member>\n<name>");
        text(name);
        out.append("</name>\n");
        value(value);
        out.append("</member>\n");
    }

    private void value(Object value) {
        out.append("<value>");
        if (value instanceof String string) {
            out.append("<string>");
            text(string);
            out.append("</string>");
        } else if (value instanceof Integer number) {
            out.append("<int>").append(number.intValue()).append("</int>");
        } else if (value instanceof Long number) {
            integer(number);
        } else if (value instanceof Boolean bool) {
            out.append(bool ? "<boolean>1</boolean>" : "<boolean>0</boolean>");
        } else if (value instanceof Double number) {
            out.append("<double>").append(number.doubleValue()).append("</double>");
        } else if (value instanceof List<?> list) {
            array(list);
        } else if (value instanceof Map<?, ?> map) {
            struct(map);
        } else if (value instanceof byte[] bytes) {
            out.append("<base64>");
            out.append(Base64.getEncoder().encodeToString(bytes));
            out.append("</base64>");
        } else {
            throw new IllegalArgumentException("no XML-RPC type for " + value);
        }
        out.append("</value>\n");
    }

    private void integer(long number) {
        // Python's client knows <i8>, and refuses an <int> beyond 32 bits only when it writes one itself.
        String tag = number == (int) number ? "int>" : "i8>";
        out.append('<').append(tag).append(number).append("</").append(tag);
    }

    private void array(List<?> list) {
        out.append("<array><data>\n");
        for (Object element : list) {
            value(element);
        }
        out.append("</data></array>");
    }

    private void struct(Map<?, ?> map) {
        out.append("<struct>\n");
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            member((String) entry.getKey(), entry.getValue());
        }
        out.append("</struct>");
    }

    private void text(String string) {
        int length = string.length();
        int plainFrom = 0;
        for (int i = 0; i < length; i++) {
            char c = string.charAt(i);
            String replacement = replacement(c);
            if (replacement == null && Character.isSurrogate(c)) {
                if (isPair(string, i)) {
                    i++;
                } else {
                    replacement = "\uFFFD";
                }
            }
            if (replacement != null) {
                out.append(string, plainFrom, i).append(replacement);
                plainFrom = i + 1;
            }
        }
        out.append(string, plainFrom, length);
    }

    private static boolean isPair(String string, int i) {
        return Character.isHighSurrogate(string.charAt(i))
                && i + 1 < string.length()
                && Character.isLowSurrogate(string.charAt(i + 1));
    }

    /** What stands for a character; null for itself. */
    private static String replacement(char c) {
        if (c > '>' && c < '\uFFFE') {
            return null;
        }
        return switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '\r' -> "&#13;";
            case '\t', '\n' -> null;
            default -> c < ' ' || c >= '\uFFFE' ? "\uFFFD" : null;
        };
    }
}
