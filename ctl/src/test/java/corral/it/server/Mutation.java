package corral.it.server;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Tampers with requests. The same random numbers give the same bytes. */
final class Mutation {
    private static final List<String> TOKENS = List.of(
            "\r\n",
            "\n",
            "\r",
            "\0",
            " ",
            "\t",
            ":",
            "\r\n\r\n",
            "Content-Length: 5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Connection: close\r\n",
            "Expect: 100-continue\r\n",
            "Host: b\r\n",
            "Upgrade: websocket\r\n",
            "HTTP/1.1",
            "HTTP/1.0",
            "0\r\n\r\n",
            "ffffffffffffffff",
            "5\r\nhello\r\n",
            "%",
            "\u00ff",
            "HEAD ",
            "POST /echo HTTP/1.1\r\nHost: a\r\n");

    private final Random random;

    Mutation(long seed) {
        random = new Random(seed);
    }

    /** One of these, changed in a few places, perhaps with another behind it. */
    byte[] of(List<byte[]> originals) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int parts = random.nextInt(4) == 0 ? 2 : 1;
        for (int i = 0; i < parts; i++) {
            byte[] part = originals.get(random.nextInt(originals.size()));
            int changes = random.nextInt(5);
            for (int j = 0; j < changes; j++) {
                part = changed(part);
            }
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    private byte[] changed(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, at + 1 + random.nextInt(12));
        return switch (random.nextInt(6)) {
            case 0 -> joined(bytes, at, bytes(1 + random.nextInt(4)), at);
            case 1 ->
                joined(bytes, at, TOKENS.get(random.nextInt(TOKENS.size())).getBytes(Text.LATIN1), at);
            case 2 -> joined(bytes, at, new byte[0], to);
            case 3 -> joined(bytes, at, bytes(to - at), to);
            case 4 -> joined(bytes, to, Arrays.copyOfRange(bytes, at, to), to);
            default -> Arrays.copyOf(bytes, at);
        };
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] joined(byte[] bytes, int until, byte[] middle, int from) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, until);
        out.writeBytes(middle);
        out.write(bytes, from, bytes.length - from);
        return out.toByteArray();
    }
}
