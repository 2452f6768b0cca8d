package corral.it.load;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** A WebSocket's server side (RFC 6455), for short text messages, that echoes with a fault now and then. */
final class FaultyEcho {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    private final Reader in;
    private final OutputStream out;
    private final Supplier<FaultyServer.Fault> faults;

    FaultyEcho(Reader in, OutputStream out, Supplier<FaultyServer.Fault> faults) {
        this.in = in;
        this.out = out;
        this.faults = faults;
    }

    /** Until either side ends it. */
    void run(String accept) throws IOException {
        out.write(
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                + accept + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        for (int first = in.read(); first == TEXT; first = in.read()) {
            String message = message();
            switch (faults.get()) {
                case ECHO_LOST -> {}
                case ECHO_TWICE -> {
                    frame(TEXT, "7 " + message);
                    frame(TEXT, "7 " + message);
                }
                case ECHO_OF_ANOTHER -> frame(TEXT, "7 another 0 x");
                case CLOSE_1011 -> frame(CLOSE, "\u0003\u00f3");
                case CLOSE_1012 -> {
                    frame(TEXT, "7 " + message);
                    frame(CLOSE, "\u0003\u00f4");
                }
                case SOCKET_CUT -> {
                    return;
                }
                default -> frame(TEXT, "7 " + message);
            }
        }
    }

    private String message() throws IOException {
        int length = in.read() & 0x7F;
        if (length == 126) {
            length = in.read() << 8 | in.read();
        }
        int[] mask = {in.read(), in.read(), in.read(), in.read()};
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (in.read() ^ mask[i % 4]));
        }
        return text.toString();
    }

    private void frame(int first, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        out.write(first);
        if (bytes.length < 126) {
            out.write(bytes.length);
        } else {
            out.write(126);
            out.write(bytes.length >> 8);
            out.write(bytes.length);
        }
        out.write(bytes);
        out.flush();
    }
}
