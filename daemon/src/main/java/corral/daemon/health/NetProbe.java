package corral.daemon.health;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Connects to one address after the other until one accepts, and with a request waits for the status of its answer: 2xx or 3xx is good. The
 * rest of the answer is read and forgotten, because a server may take a connection that is closed early for a failure.
 */
final class NetProbe extends Probe {
    private static final int BUFFER = 8192;
    /** Longer status lines are none. */
    private static final int MAX_LINE = 1024;

    private static final long MAX_REST = 1 << 20;

    private final Selector selector;
    private final CompletableFuture<List<SocketAddress>> addresses;
    private final Prober prober;
    private final Optional<ByteBuffer> request;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final StringBuilder line = new StringBuilder();
    private final Queue<SocketAddress> left = new ArrayDeque<>();
    private SocketChannel channel;
    private long rest;

    /** Whom to ask what, and until when; the request is empty if it is enough to be connected. */
    record Question(
            CompletableFuture<List<SocketAddress>> addresses, Optional<String> request, long deadlineNs, String late) {}

    NetProbe(Prober prober, Selector selector, Question question, Consumer<Optional<String>> answer) {
        super(question.deadlineNs(), question.late(), answer);
        this.prober = prober;
        this.selector = selector;
        this.addresses = question.addresses();
        this.request = question.request().map(text -> ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    void begin() {
        addresses.whenComplete((found, error) -> prober.execute(() -> {
            if (isOver()) {
                return;
            }
            if (error != null) {
                fail("the name of the host is unknown");
            } else {
                left.addAll(found);
                connectNext("no address");
            }
        }));
    }

    private void connectNext(String lastReason) {
        closeChannel();
        SocketAddress address = left.poll();
        if (address == null) {
            fail(lastReason);
            return;
        }
        try {
            channel = address instanceof UnixDomainSocketAddress
                    ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
            channel.configureBlocking(false);
            boolean connected = channel.connect(address);
            channel.register(selector, SelectionKey.OP_CONNECT, this);
            if (connected) {
                onConnected();
            }
        } catch (IOException e) {
            connectNext(text(e));
        }
    }

    @Override
    void onReady(SelectionKey key) {
        try {
            if (key.isConnectable()) {
                finishConnect();
            } else if (key.isWritable()) {
                write();
            } else if (key.isReadable()) {
                read();
            }
        } catch (IOException e) {
            failOrEnd(text(e));
        }
    }

    private void finishConnect() throws IOException {
        try {
            if (!channel.finishConnect()) {
                return;
            }
        } catch (IOException e) {
            connectNext(text(e));
            return;
        }
        onConnected();
    }

    private void onConnected() throws IOException {
        left.clear();
        if (request.isEmpty()) {
            succeed();
            end();
        } else {
            write();
        }
    }

    private void write() throws IOException {
        channel.write(request.orElseThrow());
        boolean more = request.orElseThrow().hasRemaining();
        channel.keyFor(selector).interestOps(more ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    private void read() throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        if (count < 0) {
            failOrEnd("the connection was closed without an answer");
            return;
        }
        buffer.flip();
        if (isAnswered()) {
            rest += count;
            if (rest > MAX_REST) {
                end();
            }
            return;
        }
        while (buffer.hasRemaining() && !isAnswered() && !isOver()) {
            char c = (char) (buffer.get() & 0xff);
            if (c == '\n') {
                judge(line.toString().strip());
            } else if (line.length() < MAX_LINE) {
                line.append(c);
            } else {
                fail("the answer is no HTTP");
            }
        }
    }

    /** RFC 9112 4: {@code HTTP/1.1 200 OK}. */
    private void judge(String status) {
        if (!status.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            fail("the answer is no HTTP");
        } else if (status.charAt(9) == '2' || status.charAt(9) == '3') {
            succeed();
        } else {
            fail("status " + status.substring(9, 12));
        }
    }

    private void failOrEnd(String reason) {
        if (isAnswered()) {
            end();
        } else {
            fail(reason);
        }
    }

    @Override
    void close() {
        closeChannel();
    }

    private void closeChannel() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nobody needs it any more.
            }
            channel = null;
        }
    }

    /** In lower case, as the middle of a sentence. */
    private static String text(IOException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }
}
