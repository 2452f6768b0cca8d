package corral.daemon.rpc;

import corral.daemon.rpc.TransportException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Talks to a daemon over one connection, opened at the first call and kept for the next ones. One thread; only
 * {@link #close} may come from another.
 *
 * <p>A call is sent once: what a broken connection did or did not start is not guessed.
 */
public final class RpcClient implements Closeable {
    private static final String HEX = "0123456789ABCDEF";
    private static final byte[] NO_BODY = {};

    private final ServerUrl url;
    private final Optional<Credentials> credentials;

    private volatile HttpConnection connection;

    /** A client that has not connected yet. */
    public RpcClient(ServerUrl url, Optional<Credentials> credentials) {
        this.url = url;
        this.credentials = credentials;
    }

    /**
     * Calls a method; parameters and result as in {@link XmlRpcWriter} and {@link XmlRpcReader}.
     *
     * @throws RpcFault when the daemon answers with a fault
     * @throws HttpStatusException when it answers with another status than 200
     * @throws TransportException when it does not answer
     */
    public Object call(String method, Object... params) throws RpcFault, IOException {
        byte[] body = XmlRpcWriter.writeCall(method, Arrays.asList(params));
        StringBuilder head = head("POST", "/RPC2");
        head.append("Content-Type: text/xml\r\nAccept: text/xml\r\nContent-Length: ")
                .append(body.length)
                .append("\r\n\r\n");
        byte[] answer;
        try {
            HttpConnection used = connected();
            used.exchange(head.toString(), body);
            answer = used.body(XmlRpcReader.MAX_RESPONSE_BYTES);
            if (!used.isReusable()) {
                close();
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        try {
            return XmlRpcReader.readResponse(answer);
        } catch (MalformedRpcException e) {
            throw new TransportException(Kind.GARBLED, e.getMessage());
        }
    }

    /**
     * Gets a page and hands on its body as it comes; returns at its end, which for a followed log is never.
     *
     * @param path as in the URL, but with every character as itself
     * @throws HttpStatusException when the status is not 200
     * @throws TransportException when the server does not answer or the connection breaks
     */
    public void get(String path, BodySink sink) throws IOException {
        StringBuilder head = head("GET", encode(path));
        head.append("Accept: */*\r\n\r\n");
        try {
            HttpConnection used = connected();
            used.exchange(head.toString(), NO_BODY);
            used.stream(sink);
        } finally {
            close();
        }
    }

    private HttpConnection connected() throws TransportException {
        HttpConnection open = connection;
        if (open == null) {
            open = HttpConnection.open(url);
            connection = open;
        }
        return open;
    }

    private StringBuilder head(String verb, String path) {
        StringBuilder head = new StringBuilder(256);
        head.append(verb).append(' ').append(path).append(" HTTP/1.1\r\nHost: ").append(url.hostHeader());
        head.append("\r\nUser-Agent: corral\r\n");
        if (credentials.isPresent()) {
            head.append("Authorization: ").append(credentials.get().header()).append("\r\n");
        }
        return head;
    }

    /** Percent-encodes what may not stand in a request line. */
    private static String encode(String path) {
        StringBuilder encoded = new StringBuilder(path.length());
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            if (b <= ' ' || b == '%' || b == '?' || b == '#' || b == 0x7F) {
                encoded.append('%').append(HEX.charAt((b >> 4) & 0xF)).append(HEX.charAt(b & 0xF));
            } else {
                encoded.append((char) b);
            }
        }
        return encoded.toString();
    }

    /** Closes the connection; a call that waits fails, the next call connects anew. */
    @Override
    public void close() {
        HttpConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
