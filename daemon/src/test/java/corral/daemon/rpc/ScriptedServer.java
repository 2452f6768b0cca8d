package corral.daemon.rpc;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Answers each request with the next of some texts, a byte at a time if wanted; HTTP/1.0 hangs up behind its answer. */
final class ScriptedServer implements Closeable {
    /** In place of an answer: closes the connection. */
    static final String HANG_UP = "";

    private final ServerSocketChannel server;
    private final BlockingQueue<String> answers;
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean trickling;

    private ScriptedServer(ServerSocketChannel server, List<String> answers) {
        this.server = server;
        this.answers = new LinkedBlockingQueue<>(answers);
        this.thread = new Thread(this::serve, "scripted server");
        thread.start();
    }

    static ScriptedServer tcp(String... answers) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new ScriptedServer(server, List.of(answers));
    }

    static ScriptedServer unix(SocketAddress path, String... answers) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(path);
        return new ScriptedServer(server, List.of(answers));
    }

    /** Sends answers a byte at a time from now on. */
    ScriptedServer trickling() {
        trickling = true;
        return this;
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** The next request, prefixed with the number of its connection. */
    String request() throws InterruptedException {
        String request = requests.poll(20, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came");
        }
        return request;
    }

    private void serve() {
        int connections = 0;
        while (true) {
            try (SocketChannel client = server.accept()) {
                connections++;
                converse(client, connections);
            } catch (IOException e) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void converse(SocketChannel client, int number) throws IOException, InterruptedException {
        for (String request = read(client); !request.isEmpty(); request = read(client)) {
            requests.add(number + " " + request);
            String answer = answers.take();
            if (answer.equals(HANG_UP)) {
                return;
            }
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            int step = trickling ? 1 : bytes.length;
            for (int from = 0; from < bytes.length; from += step) {
                ByteBuffer part = ByteBuffer.wrap(bytes, from, step);
                while (part.hasRemaining()) {
                    client.write(part);
                }
            }
            if (answer.startsWith("HTTP/1.0")) {
                return;
            }
        }
    }

    /** Reads one request; empty at the end of the connection. */
    private static String read(SocketChannel client) throws IOException {
        StringBuilder request = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (!isComplete(request)) {
            buffer.clear();
            if (client.read(buffer) < 0) {
                return "";
            }
            request.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        }
        return request.toString();
    }

    private static boolean isComplete(StringBuilder request) {
        int end = request.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        int header = request.indexOf("Content-Length: ");
        if (header < 0) {
            return true;
        }
        int length = Integer.parseInt(request.substring(header + 16, request.indexOf("\r\n", header)));
        return request.length() >= end + 4 + length;
    }

    @Override
    public void close() throws IOException {
        server.close();
        thread.interrupt();
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError("server still runs");
        }
    }
}
