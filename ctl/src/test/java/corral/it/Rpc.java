package corral.it;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * A plain XML-RPC client over a Unix socket, written apart from the one under test. Values are Integer, Boolean,
 * String, List and Map.
 */
final class Rpc {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private final Path socket;

    Rpc(Path socket) {
        this.socket = socket;
    }

    /** Calls a method; throws {@link RpcFault} for a fault and IOException for everything else. */
    Object call(String method, Object... params) throws IOException {
        StringBuilder xml =
                new StringBuilder("<?xml version=\"1.0\"?><methodCall><methodName>" + method + "</methodName><params>");
        for (Object param : params) {
            xml.append("<param><value>").append(encode(param)).append("</value></param>");
        }
        return decode(post(xml.append("</params></methodCall>").toString()));
    }

    private static String encode(Object value) {
        if (value instanceof Integer) {
            return "<int>" + value + "</int>";
        }
        if (value instanceof Boolean flag) {
            return "<boolean>" + (flag ? 1 : 0) + "</boolean>";
        }
        String text = value.toString().replace("&", "&amp;").replace("<", "&lt;");
        return "<string>" + text + "</string>";
    }

    private byte[] post(String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/xml\r\n"
                + "Content-Length: " + bytes.length + "\r\n\r\n";
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
            channel.write(ByteBuffer.wrap(bytes));
            byte[] answer = readAll(channel);
            String text = new String(answer, StandardCharsets.ISO_8859_1);
            int blank = text.indexOf("\r\n\r\n");
            if (!text.startsWith("HTTP/1.1 200") || blank < 0) {
                throw new IOException("answer to " + body + ": " + text);
            }
            return text.substring(blank + 4).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private static byte[] readAll(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(65536);
        long end = System.nanoTime() + LIMIT.toNanos();
        try (Selector selector = Selector.open()) {
            channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            while (System.nanoTime() < end) {
                selector.select(LIMIT.toMillis());
                selector.selectedKeys().clear();
                int count = channel.read(buffer);
                if (count < 0) {
                    return all.toByteArray();
                }
                all.write(buffer.array(), 0, count);
                buffer.clear();
            }
        }
        throw new IOException("no end of the answer within " + LIMIT);
    }

    private static Object decode(byte[] xml) throws IOException {
        Element root;
        try {
            root = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(xml))
                    .getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("not XML: " + new String(xml, StandardCharsets.UTF_8), e);
        }
        Element first = elements(root).get(0);
        if (first.getTagName().equals("fault")) {
            Map<?, ?> fault = (Map<?, ?>) value(elements(first).get(0));
            throw new RpcFault((Integer) fault.get("faultCode"), (String) fault.get("faultString"));
        }
        return value(elements(elements(first).get(0)).get(0));
    }

    private static Object value(Element value) {
        List<Element> inner = elements(value);
        if (inner.isEmpty()) {
            return value.getTextContent();
        }
        Element typed = inner.get(0);
        return switch (typed.getTagName()) {
            case "int", "i4" -> Integer.valueOf(typed.getTextContent().trim());
            case "boolean" -> typed.getTextContent().trim().equals("1");
            case "string" -> typed.getTextContent();
            case "array" ->
                elements(elements(typed).get(0)).stream().map(Rpc::value).toList();
            case "struct" -> struct(typed);
            default -> throw new IllegalArgumentException("value type " + typed.getTagName());
        };
    }

    private static Map<String, Object> struct(Element struct) {
        Map<String, Object> result = new LinkedHashMap<>();
        for (Element member : elements(struct)) {
            List<Element> pair = elements(member);
            result.put(pair.get(0).getTextContent(), value(pair.get(1)));
        }
        return result;
    }

    private static List<Element> elements(Element parent) {
        List<Element> result = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                result.add(element);
            }
        }
        return result;
    }
}
