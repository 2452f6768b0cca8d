package corral.server.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A client's frames to bytes, and a server's bytes to frames: written apart from the code under test. */
final class Wire {
    static final int FIN = 0x80;
    static final int RSV1 = 0x40;

    private Wire() {}

    /** A masked frame with the shortest length. */
    static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        int length = payload.length;
        int extra = length < 126 ? 0 : length < 65536 ? 2 : 8;
        out.write(0x80 | (extra == 0 ? length : extra == 2 ? 126 : 127));
        for (int i = extra - 1; i >= 0; i--) {
            out.write((int) ((long) length >> (8 * i)));
        }
        byte[] mask = {0x12, (byte) 0xF3, 0x54, 0x76};
        out.writeBytes(mask);
        for (int i = 0; i < length; i++) {
            out.write(payload[i] ^ mask[i % 4]);
        }
        return out.toByteArray();
    }

    static byte[] frame(int first, String payload) {
        return frame(first, payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] text(String payload) {
        return frame(FIN | 1, payload);
    }

    static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        return frame(FIN | 8, payload);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Frames of a server, each as {@code first byte in hex:payload}; closes as {@code 88:code reason}. */
    static List<String> frames(ByteBuf in) {
        List<String> frames = new ArrayList<>();
        while (in.isReadable()) {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = (int) in.readLong();
            }
            String name = Integer.toHexString(first) + ":";
            if (first == (FIN | 8) && length > 0) {
                name += in.readUnsignedShort();
                length -= 2;
                name += length == 0 ? "" : " ";
            }
            frames.add(name + in.readCharSequence(length, StandardCharsets.UTF_8));
        }
        in.release();
        return frames;
    }

    /** A message deflated as RFC 7692 7.2.1 says. */
    static byte[] deflate(Deflater deflater, byte[] message) {
        byte[] out = new byte[message.length + 100];
        deflater.setInput(message);
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        return Arrays.copyOf(out, length - 4);
    }

    /** The message of a compressed frame. */
    static byte[] inflate(ByteBuf payload) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        byte[] in = new byte[payload.readableBytes() + 4];
        payload.readBytes(in, 0, in.length - 4);
        in[in.length - 2] = (byte) 0xFF;
        in[in.length - 1] = (byte) 0xFF;
        inflater.setInput(in);
        ByteBuf out = Unpooled.buffer();
        byte[] part = new byte[65536];
        for (int n = inflater.inflate(part); n > 0; n = inflater.inflate(part)) {
            out.writeBytes(part, 0, n);
        }
        inflater.end();
        byte[] message = new byte[out.readableBytes()];
        out.readBytes(message);
        return message;
    }
}
