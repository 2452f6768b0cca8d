package corral.daemon.rpc;

import corral.daemon.rpc.TransportException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One HTTP/1.1 connection: a request at a time, no timeouts, since a start or a stop may take as long as it likes. One
 * thread; only {@link #close} may come from another, and breaks off what is under way.
 */
final class HttpConnection implements Closeable {
    private static final int MAX_LINE_BYTES = 64 << 10;
    private static final int BUFFER_BYTES = 16 << 10;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES).limit(0);

    private long contentLength;
    private boolean chunked;
    private boolean keepAlive;

    private HttpConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects, over TCP trying every address of the host. */
    static HttpConnection open(ServerUrl url) throws TransportException {
        if (url.isUnix()) {
            return openUnix(url.path());
        }
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(url.host());
        } catch (UnknownHostException e) {
            throw new TransportException(Kind.UNKNOWN_HOST, "Name or service not known");
        }
        TransportException failure = null;
        for (InetAddress address : addresses) {
            try {
                return connect(new InetSocketAddress(address, url.port()));
            } catch (TransportException e) {
                failure = e;
            }
        }
        throw failure != null ? failure : new TransportException(Kind.UNKNOWN_HOST, "Name or service not known");
    }

    private static HttpConnection openUnix(String path) throws TransportException {
        try {
            return connect(UnixDomainSocketAddress.of(path));
        } catch (TransportException e) {
            // The system's words depend on its language, and Java has no type for them: look at the file instead.
            Path file = Path.of(path);
            if (Files.notExists(file)) {
                throw new TransportException(Kind.NO_SUCH_FILE, "No such file or directory");
            }
            if (e.kind() == Kind.UNREACHABLE && !Files.isWritable(file)) {
                throw new TransportException(Kind.FORBIDDEN, "Permission denied");
            }
            throw e;
        }
    }

    private static HttpConnection connect(SocketAddress address) throws TransportException {
        try {
            return new HttpConnection(SocketChannel.open(address));
        } catch (ConnectException e) {
            String message = String.valueOf(e.getMessage());
            boolean timedOut = message.indexOf("timed out") >= 0;
            throw new TransportException(timedOut ? Kind.UNREACHABLE : Kind.REFUSED, message);
        } catch (IOException e) {
            throw new TransportException(Kind.UNREACHABLE, String.valueOf(e.getMessage()));
        }
    }

    /** Whether another request may follow on this connection. */
    boolean isReusable() {
        return keepAlive && channel.isOpen();
    }

    /**
     * Sends a request and reads the head of the answer.
     *
     * @param head request line and headers with their line ends, up to and including the blank line
     * @throws HttpStatusException unless the status is 200; the connection is then of no further use
     */
    void exchange(String head, byte[] body) throws IOException {
        byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer out = ByteBuffer.allocate(headBytes.length + body.length);
        out.put(headBytes).put(body).flip();
        try {
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } catch (IOException e) {
            throw lost(e);
        }
        readHead();
    }

    private void readHead() throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/") || status.length() < 12) {
            throw new TransportException(Kind.GARBLED, status);
        }
        keepAlive = status.startsWith("HTTP/1.1");
        chunked = false;
        contentLength = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            header(header);
        }
        int code = (int) number(status.substring(9, 12), 10);
        if (code != 200) {
            throw new HttpStatusException(code, status.substring(12).strip());
        }
        keepAlive &= chunked || contentLength >= 0;
    }

    private void header(String header) throws IOException {
        int colon = header.indexOf(':');
        if (colon < 0) {
            return;
        }
        String name = header.substring(0, colon).strip();
        String value = header.substring(colon + 1).strip();
        if (name.equalsIgnoreCase("content-length")) {
            contentLength = number(value, 10);
        } else if (name.equalsIgnoreCase("transfer-encoding")) {
            chunked = value.equalsIgnoreCase("chunked");
        } else if (name.equalsIgnoreCase("connection")) {
            keepAlive = !value.equalsIgnoreCase("close");
        }
    }

    /** Reads the body of the answer whole. */
    byte[] body(int maxBytes) throws IOException {
        if (contentLength > maxBytes) {
            throw new TransportException(Kind.GARBLED, "answer of " + contentLength + " bytes is too long");
        }
        if (!chunked && contentLength >= 0) {
            byte[] body = new byte[(int) contentLength];
            int filled = 0;
            while (filled < body.length) {
                require();
                int count = Math.min(in.remaining(), body.length - filled);
                in.get(body, filled, count);
                filled += count;
            }
            return body;
        }
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        stream((buffer, offset, length) -> {
            if (collected.size() + (long) length > maxBytes) {
                throw new TransportException(Kind.GARBLED, "answer is longer than " + maxBytes + " bytes");
            }
            collected.write(buffer, offset, length);
        });
        return collected.toByteArray();
    }

    /** Hands on the body of the answer as it comes, until its end. */
    void stream(BodySink sink) throws IOException {
        if (chunked) {
            for (long size = chunkSize(); size > 0; size = chunkSize()) {
                copy(size, sink);
                line();
            }
            while (!line().isEmpty()) {
                // Trailers mean nothing to us.
            }
        } else if (contentLength >= 0) {
            copy(contentLength, sink);
        } else {
            while (in.hasRemaining() || fill()) {
                give(in.remaining(), sink);
            }
        }
    }

    private long chunkSize() throws IOException {
        String line = line();
        int extension = line.indexOf(';');
        return number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
    }

    private void copy(long length, BodySink sink) throws IOException {
        long left = length;
        while (left > 0) {
            require();
            int count = (int) Math.min(in.remaining(), left);
            give(count, sink);
            left -= count;
        }
    }

    private void give(int count, BodySink sink) throws IOException {
        int from = in.position();
        in.position(from + count);
        sink.accept(in.array(), from, count);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (true) {
            if (!in.hasRemaining() && !fill()) {
                throw new TransportException(Kind.CLOSED, "Remote end closed connection without response");
            }
            byte b = in.get();
            if (b == '\n') {
                int length = line.length();
                boolean carriageReturn = length > 0 && line.charAt(length - 1) == '\r';
                return line.substring(0, carriageReturn ? length - 1 : length);
            }
            if (line.length() >= MAX_LINE_BYTES) {
                throw new TransportException(Kind.GARBLED, "header line is too long");
            }
            line.append((char) (b & 0xFF));
        }
    }

    private static long number(String digits, int radix) throws TransportException {
        try {
            long number = Long.parseLong(digits, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, as a negative number is.
        }
        throw new TransportException(Kind.GARBLED, "not a length: " + digits);
    }

    private void require() throws IOException {
        if (!in.hasRemaining() && !fill()) {
            throw new TransportException(Kind.LOST, "Connection closed in the middle of an answer");
        }
    }

    private boolean fill() throws IOException {
        in.clear();
        try {
            return channel.read(in) > 0;
        } catch (IOException e) {
            throw lost(e);
        } finally {
            in.flip();
        }
    }

    private static TransportException lost(IOException e) {
        return new TransportException(Kind.LOST, String.valueOf(e.getMessage()));
    }

    /** Closes the connection; from another thread, it breaks off a call that waits. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was promised about a connection that nobody needs any more.
        }
    }
}
