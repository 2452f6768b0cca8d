package corral.daemon.control;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends bytes as they are given and reads one answer at a time, for at most five seconds each. */
final class RawClient implements Closeable {
    private static final int TIMEOUT_MS = 5000;

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(4096).limit(0);

    private RawClient(SocketChannel channel, SocketAddress address) throws IOException {
        this.channel = channel;
        channel.connect(address);
        channel.configureBlocking(false);
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
    }

    static RawClient unix(Path socket) throws IOException {
        return new RawClient(SocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(socket));
    }

    static RawClient tcp(int port) throws IOException {
        return new RawClient(SocketChannel.open(), new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** Sends a call of a method without parameters. */
    void call(String method, String... headers) throws IOException {
        send(post("<methodCall><methodName>" + method + "</methodName></methodCall>", headers));
    }

    static String post(String body, String... headers) {
        StringBuilder request = new StringBuilder("POST /RPC2 HTTP/1.1\r\nHost: x\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("Content-Length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length)
                .append("\r\n\r\n")
                .append(body)
                .toString();
    }

    /** One answer with its body. */
    Answer answer() throws IOException {
        return rest(head());
    }

    /** The answer that begins with a head. */
    Answer rest(Answer head) throws IOException {
        int length = Integer.parseInt(head.headers().getOrDefault("Content-Length", "0"));
        return new Answer(head.status(), head.headers(), new String(bytes(length), StandardCharsets.UTF_8));
    }

    /** Status and headers of one answer. */
    Answer head() throws IOException {
        String status = line();
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(": ");
            headers.put(line.substring(0, colon), line.substring(colon + 2));
        }
        return new Answer(status, headers, "");
    }

    /** The next chunk of a chunked body; empty for the last. */
    String chunk() throws IOException {
        int length = Integer.parseInt(line(), 16);
        String chunk = new String(bytes(length), StandardCharsets.UTF_8);
        line();
        return chunk;
    }

    /** Chunks until they add up to so many characters. */
    String chunks(int length) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(chunk());
        }
        return text.toString();
    }

    /** So many bytes as they come. */
    String take(int length) throws IOException {
        return new String(bytes(length), StandardCharsets.UTF_8);
    }

    /** Whether the server has closed the connection, after what was sent before was read. */
    boolean isClosed() throws IOException {
        return read() < 0;
    }

    void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = read(); b != '\n'; b = read()) {
            if (b < 0) {
                throw new IOException("closed after: " + line);
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int b = read();
            if (b < 0) {
                throw new IOException("closed after " + i + " of " + length + " bytes");
            }
            bytes[i] = (byte) b;
        }
        return bytes;
    }

    private int read() throws IOException {
        while (!buffer.hasRemaining()) {
            buffer.clear();
            int count = channel.read(buffer);
            buffer.flip();
            if (count < 0) {
                return -1;
            }
            if (count == 0 && selector.select(TIMEOUT_MS) == 0) {
                throw new IOException("no answer within " + TIMEOUT_MS + " ms");
            }
            selector.selectedKeys().clear();
        }
        return buffer.get() & 0xFF;
    }

    /** What came back. */
    record Answer(String status, Map<String, String> headers, String body) {}
}
