package corral.daemon.rpc;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Decodes XML-RPC messages (spec/supervisor.md 4.1). Any thread.
 *
 * <p>What comes in is not trusted: a document type is refused, entities other than the five of XML are not resolved, and
 * size and nesting are limited. Every other defect is a {@link MalformedRpcException} too.
 */
public final class XmlRpcReader {
    /** Longest accepted request, in bytes. */
    public static final int MAX_CALL_BYTES = 16 << 20;

    /** Longest accepted reply, in bytes: a whole log may be in it. */
    public static final int MAX_RESPONSE_BYTES = 1 << 30;

    /** How deep values may be nested. */
    public static final int MAX_DEPTH = 64;

    private XmlRpcReader() {}

    /**
     * Decodes a request. Parameters are String, Integer, Long, Boolean, Double, List or Map; base64 becomes text, a
     * date stays text.
     */
    public static MethodCall readCall(byte[] body) throws MalformedRpcException {
        return new XmlRpcParser(new StaxEvents(decode(body, MAX_CALL_BYTES))).call();
    }

    /**
     * Decodes a reply.
     *
     * @throws RpcFault when the reply is a fault
     */
    public static Object readResponse(byte[] body) throws RpcFault, MalformedRpcException {
        return new XmlRpcParser(new ScannedEvents(decode(body, MAX_RESPONSE_BYTES))).response();
    }

    /** Decodes UTF-8 strictly: given bytes, the JDK's parser would print damaged sequences to stderr. */
    private static String decode(byte[] body, int maxBytes) throws MalformedRpcException {
        if (body.length > maxBytes) {
            throw new MalformedRpcException(body.length + " bytes are more than " + maxBytes);
        }
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            requireUtf8(body);
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** A replacement character may have been sent as such. */
    private static void requireUtf8(byte[] body) throws MalformedRpcException {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
            throw new MalformedRpcException("not UTF-8: " + e.getMessage());
        }
    }
}
