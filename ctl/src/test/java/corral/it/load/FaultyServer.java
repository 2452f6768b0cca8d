package corral.it.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers as the application under load does, but for one fault, which it commits in every fifth answer. */
final class FaultyServer implements AutoCloseable {
    /** What is wrong with an answer. */
    enum Fault {
        NONE,
        SHORT_BODY,
        CUT,
        SHORT_CHUNKED,
        OTHER_ID,
        OTHER_BODY,
        WRONG_BYTE,
        TWICE,
        STATUS,
        CLOSE_BEFORE,
        SILENCE,
        PART_MISSING,
        PART_TWICE,
        OTHER_PART,
        ECHO_LOST,
        ECHO_TWICE,
        ECHO_OF_ANOTHER,
        CLOSE_1011,
        CLOSE_1012,
        SOCKET_CUT
    }

    private static final Set<Fault> OF_STREAMS =
            EnumSet.of(Fault.PART_MISSING, Fault.PART_TWICE, Fault.OTHER_PART, Fault.CUT, Fault.SHORT_CHUNKED);
    private static final Set<Fault> OF_ECHOES = EnumSet.range(Fault.ECHO_LOST, Fault.SOCKET_CUT);
    private static final Set<Fault> OF_ANSWERS = EnumSet.range(Fault.SHORT_BODY, Fault.SILENCE);
    private static final int EVERY = 5;
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Fault fault;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger faults = new AtomicInteger();

    FaultyServer(Fault fault) throws IOException {
        this.fault = fault;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How often it did wrong. */
    int faults() {
        return faults.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                threads.execute(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = socket.getInputStream();
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
            while (exchange(reader, socket)) {}
        } catch (IOException e) {
            // The client has left.
        }
    }

    private Fault next(Set<Fault> possible) {
        boolean wrong = possible.contains(fault) && answers.incrementAndGet() % EVERY == 0;
        if (wrong) {
            faults.incrementAndGet();
        }
        return wrong ? fault : Fault.NONE;
    }

    private boolean exchange(BufferedReader in, Socket socket) throws IOException {
        String line = in.readLine();
        if (line == null) {
            return false;
        }
        String target = line.split(" ", -1)[1];
        int length = 0;
        boolean chunked = false;
        String key = "";
        for (String header = in.readLine(); !header.isEmpty(); header = in.readLine()) {
            String[] pair = header.split(": ", 2);
            switch (pair[0].toLowerCase(java.util.Locale.ROOT)) {
                case "content-length" -> length = Integer.parseInt(pair[1]);
                case "transfer-encoding" -> chunked = true;
                case "sec-websocket-key" -> key = pair[1];
                default -> {}
            }
        }
        OutputStream out = socket.getOutputStream();
        if (target.equals("/ws")) {
            new FaultyEcho(in, out, () -> next(OF_ECHOES)).run(accept(key));
            return false;
        }
        byte[] body = chunked ? chunks(in) : read(in, length);
        String id = target.replaceAll("^/[a-z]*/|\\?.*", "");
        int size = Integer.parseInt(target.replaceAll(".*size=(\\d+).*", "$1"));
        boolean stream = target.startsWith("/stream");
        return stream ? stream(out, id, size) : answer(out, id, size, body);
    }

    private static byte[] read(BufferedReader in, int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) in.read();
        }
        return bytes;
    }

    private static byte[] chunks(BufferedReader in) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        for (int size = Integer.parseInt(in.readLine(), 16); size > 0; size = Integer.parseInt(in.readLine(), 16)) {
            all.writeBytes(read(in, size));
            in.readLine();
        }
        in.readLine();
        return all.toByteArray();
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean answer(OutputStream out, String id, int size, byte[] body) throws IOException {
        Fault now = next(OF_ANSWERS);
        byte[] data = new byte[size];
        java.util.Arrays.fill(data, (byte) 'x');
        String told = now == Fault.OTHER_BODY ? "another" : id;
        String first = told + " 7 " + size + " " + AnswerCheck.crc(data) + " " + body.length + " "
                + AnswerCheck.crc(body) + "\n";
        if (now == Fault.WRONG_BYTE && size > 0) {
            data[size / 2] ^= 1;
        }
        byte[] content = join(first.getBytes(StandardCharsets.US_ASCII), data);
        switch (now) {
            case STATUS ->
                out.write("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            case CLOSE_BEFORE -> {
                return false;
            }
            case SILENCE -> {
                return true;
            }
            case SHORT_BODY, CUT -> {
                head(out, id, "Content-Length: " + content.length);
                out.write(content, 0, content.length - 1);
                return false;
            }
            case SHORT_CHUNKED -> {
                head(out, id, "Transfer-Encoding: chunked");
                chunk(out, java.util.Arrays.copyOf(content, content.length - 1));
                chunk(out, new byte[0]);
            }
            default -> {
                for (int i = 0; i < (now == Fault.TWICE ? 2 : 1); i++) {
                    head(out, now == Fault.OTHER_ID ? "another" : id, "Content-Length: " + content.length);
                    out.write(content);
                }
            }
        }
        return true;
    }

    private boolean stream(OutputStream out, String id, int size) throws IOException {
        Fault now = next(OF_STREAMS);
        head(out, id, "Transfer-Encoding: chunked");
        for (int i = 0; i < 6; i++) {
            if (i == 3 && now == Fault.PART_MISSING) {
                continue;
            }
            if (i == 3 && now == Fault.CUT) {
                return false;
            }
            int times = i == 3 && now == Fault.PART_TWICE ? 2 : 1;
            for (int j = 0; j < times; j++) {
                part(out, i == 3 && now == Fault.OTHER_PART ? "another" : id, i, size);
            }
        }
        if (now != Fault.SHORT_CHUNKED) {
            chunk(out, (id + " end 0 0\n").getBytes(StandardCharsets.US_ASCII));
        }
        chunk(out, new byte[0]);
        return true;
    }

    private static void part(OutputStream out, String id, int number, int size) throws IOException {
        byte[] data = new byte[size];
        String first = id + " " + number + " " + size + " " + AnswerCheck.crc(data) + "\n";
        chunk(out, join(first.getBytes(StandardCharsets.US_ASCII), data));
    }

    private static void head(OutputStream out, String id, String framing) throws IOException {
        String head = "HTTP/1.1 200 OK\r\nx-load-id: " + id + "\r\nx-load-pid: 7\r\n" + framing + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
    }

    private static void chunk(OutputStream out, byte[] data) throws IOException {
        out.write((Integer.toHexString(data.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(data);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
