package corral.daemon.rpc;

import corral.daemon.rpc.XmlEvents.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The grammar of XML-RPC: one message from tags and texts. One thread. */
final class XmlRpcParser {
    private final XmlEvents xml;

    /** Whether the last reading of a text stopped at a child. */
    private boolean entered;

    XmlRpcParser(XmlEvents xml) {
        this.xml = xml;
    }

    MethodCall call() throws MalformedRpcException {
        root("methodCall");
        String method = "";
        List<Object> params = List.of();
        while (nextChild()) {
            switch (xml.name()) {
                case "methodName" -> method = text().strip();
                case "params" -> params = params();
                default -> skip();
            }
        }
        finish();
        if (method.isEmpty()) {
            throw new MalformedRpcException("no method name");
        }
        return new MethodCall(method, params);
    }

    Object response() throws MalformedRpcException, RpcFault {
        root("methodResponse");
        if (!nextChild()) {
            throw new MalformedRpcException("empty response");
        }
        if (xml.name().equals("fault")) {
            throw fault();
        }
        expect("params");
        List<Object> params = params();
        if (params.size() != 1) {
            throw new MalformedRpcException(params.size() + " values in a response");
        }
        leave();
        finish();
        return params.get(0);
    }

    private RpcFault fault() throws MalformedRpcException {
        if (nextChild()) {
            expect("value");
            if (value(0) instanceof Map<?, ?> fault
                    && fault.get("faultCode") instanceof Integer code
                    && fault.get("faultString") instanceof String string) {
                return new RpcFault(code, string);
            }
        }
        throw new MalformedRpcException("fault without code and string");
    }

    private List<Object> params() throws MalformedRpcException {
        List<Object> params = new ArrayList<>(4);
        while (nextChild()) {
            expect("param");
            params.add(onlyValue(0));
        }
        return params;
    }

    /** Reads the value element that is next, and the end of the element around it. */
    private Object onlyValue(int depth) throws MalformedRpcException {
        if (!nextChild()) {
            throw new MalformedRpcException("value is missing");
        }
        expect("value");
        Object value = value(depth);
        leave();
        return value;
    }

    /** Reads the value element that was entered, up to its end. */
    private Object value(int depth) throws MalformedRpcException {
        if (depth >= XmlRpcReader.MAX_DEPTH) {
            throw new MalformedRpcException("values nested more than " + XmlRpcReader.MAX_DEPTH + " deep");
        }
        String bare = bareText();
        if (!entered) {
            return bare;
        }
        Object value = switch (xml.name()) {
            case "string", "dateTime.iso8601" -> text();
            case "int", "i4", "i8" -> integer();
            case "boolean" -> text().strip().equals("1");
            case "double" -> real();
            case "base64" -> base64();
            case "array" -> array(depth);
            case "struct" -> struct(depth);
            default -> throw new MalformedRpcException("unknown type " + xml.name());
        };
        leave();
        return value;
    }

    private Object integer() throws MalformedRpcException {
        String digits = text().strip();
        try {
            long number = Long.parseLong(digits);
            if (number == (int) number) {
                return (int) number;
            }
            return number;
        } catch (NumberFormatException e) {
            throw new MalformedRpcException("not an integer: " + digits);
        }
    }

    private Double real() throws MalformedRpcException {
        String digits = text().strip();
        try {
            return Double.valueOf(digits);
        } catch (NumberFormatException e) {
            throw new MalformedRpcException("not a number: " + digits);
        }
    }

    private String base64() throws MalformedRpcException {
        try {
            return new String(Base64.getMimeDecoder().decode(text()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MalformedRpcException("not base64: " + e.getMessage());
        }
    }

    private List<Object> array(int depth) throws MalformedRpcException {
        List<Object> elements = new ArrayList<>();
        if (nextChild()) {
            expect("data");
            while (nextChild()) {
                expect("value");
                elements.add(value(depth + 1));
            }
            leave();
        }
        return elements;
    }

    private Map<String, Object> struct(int depth) throws MalformedRpcException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (nextChild()) {
            expect("member");
            if (!nextChild()) {
                throw new MalformedRpcException("empty member");
            }
            expect("name");
            String name = text();
            members.put(name, onlyValue(depth + 1));
        }
        return members;
    }

    private void root(String name) throws MalformedRpcException {
        if (!nextChild()) {
            throw new MalformedRpcException("empty document");
        }
        expect(name);
    }

    /** Moves into the next child element; false at the end of the current element. */
    private boolean nextChild() throws MalformedRpcException {
        Kind kind = xml.next();
        while (kind == Kind.TEXT) {
            kind = xml.next();
        }
        return kind == Kind.START;
    }

    /** The text up to the next tag; says in {@link #entered} whether that begins a child or ends the element. */
    private String bareText() throws MalformedRpcException {
        // A log of many megabytes may come as one part: it is copied only if it does not.
        String first = "";
        StringBuilder all = null;
        Kind kind = xml.next();
        while (kind == Kind.TEXT) {
            if (first.isEmpty()) {
                first = xml.text();
            } else {
                all = all == null ? new StringBuilder(first) : all;
                all.append(xml.text());
            }
            kind = xml.next();
        }
        entered = kind == Kind.START;
        return all == null ? first : all.toString();
    }

    /** Reads the text of the current element, up to its end. */
    private String text() throws MalformedRpcException {
        String text = bareText();
        if (entered) {
            throw new MalformedRpcException("unexpected element " + xml.name());
        }
        return text;
    }

    /** Leaves the current element, which must have no further child. */
    private void leave() throws MalformedRpcException {
        if (nextChild()) {
            throw new MalformedRpcException("unexpected element " + xml.name());
        }
    }

    private void skip() throws MalformedRpcException {
        int open = 1;
        while (open > 0) {
            open += nextChild() ? 1 : -1;
        }
    }

    /** Reads to the end of the document, so that what follows the root is checked as well. */
    private void finish() throws MalformedRpcException {
        Kind kind = xml.next();
        while (kind != Kind.DONE) {
            kind = xml.next();
        }
    }

    private void expect(String name) throws MalformedRpcException {
        if (!xml.name().equals(name)) {
            throw new MalformedRpcException("element " + xml.name() + " where " + name + " belongs");
        }
    }
}
