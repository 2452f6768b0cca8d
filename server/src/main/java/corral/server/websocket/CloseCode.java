package corral.server.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Close codes (RFC 6455 7.4) and the frames that carry them. */
final class CloseCode {
    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;
    static final int NONE_GIVEN = 1005;
    static final int LOST = 1006;
    static final int INVALID_DATA = 1007;
    static final int TOO_BIG = 1009;
    static final int FAILED = 1011;
    static final int RESTARTING = 1012;

    /** A control frame's payload has at most 125 bytes, two of which are the code. */
    private static final int REASON_BYTES = 123;

    private CloseCode() {}

    /**
     * Whether a client may send it. 1012-1014 were registered after RFC 6455 for what a server says of itself (restart, try again later, bad
     * gateway).
     */
    static boolean validFromClient(int code) {
        return (code >= 1000 && code <= 1003)
                || (code >= INVALID_DATA && code <= FAILED)
                || (code >= 3000 && code <= 4999);
    }

    /** Whether a server may send it. */
    static boolean validFromServer(int code) {
        return validFromClient(code) || (code >= RESTARTING && code <= 1014);
    }

    /**
     * A close frame. 1005 makes one without a code; what must not be sent becomes 1011. The reason is cut between characters.
     */
    static ByteBuf frame(ByteBufAllocator alloc, int code, String reason) {
        byte[] text = reason == null ? new byte[0] : reason.getBytes(StandardCharsets.UTF_8);
        int length = text.length;
        if (length > REASON_BYTES) {
            length = REASON_BYTES;
            while ((text[length] & 0xC0) == 0x80) {
                length--;
            }
        }
        if (code == NONE_GIVEN) {
            return FrameEncoder.header(alloc, FrameDecoder.CLOSE, false, 0);
        }
        ByteBuf frame = FrameEncoder.header(alloc, FrameDecoder.CLOSE, false, 2 + length);
        frame.writeShort(validFromServer(code) ? code : FAILED);
        return frame.writeBytes(text, 0, length);
    }
}
