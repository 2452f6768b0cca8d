package corral.it.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A client's end of a connection: bytes in, parsed responses out. For one thread. */
final class Wire implements AutoCloseable {
    /** How the server's side of the connection is. */
    enum Side {
        /** Nothing was heard of an end. */
        OPEN,
        /** Ended in order. */
        ENDED,
        /** Ended by a reset. */
        RESET
    }

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Side side = Side.OPEN;

    Wire(int port) throws IOException {
        this(new Socket());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
    }

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
    }

    Socket socket() {
        return socket;
    }

    void send(String latin1) throws IOException {
        send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A reset by the server is no error here: what it answered before is still to be read. */
    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // The next read tells.
            return;
        }
    }

    /** Ends this side only. */
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes with a reset instead of an orderly end. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /**
     * Reads until so many responses are complete (interim ones count), the server's side ends, or the time is over.
     *
     * @param methods of the requests, in order, as far as they are HEAD or CONNECT; others may be null
     * @return all responses so far; the last one may be incomplete
     */
    List<Response> read(List<String> methods, int count, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            List<Response> responses = Response.parse(received.toByteArray(), methods, side != Side.OPEN);
            boolean enough = responses.stream().filter(Response::complete).count() >= count;
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (enough || side != Side.OPEN || left <= 0) {
                return responses;
            }
            receive((int) left);
        }
    }

    /** Reads until the server's side ends or the time is over. */
    Side awaitEnd(Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (side == Side.OPEN) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            receive((int) left);
        }
        return side;
    }

    Side side() {
        return side;
    }

    /** Everything received so far. */
    String received() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    private void receive(int millis) throws IOException {
        socket.setSoTimeout(millis);
        byte[] buffer = new byte[65536];
        try {
            InputStream in = socket.getInputStream();
            int n = in.read(buffer);
            if (n < 0) {
                side = Side.ENDED;
            } else {
                received.write(buffer, 0, n);
            }
        } catch (SocketTimeoutException e) {
            return;
        } catch (IOException e) {
            side = Side.RESET;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
