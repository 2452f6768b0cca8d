package corral.server.websocket;

import io.netty.buffer.ByteBuf;

/** Checks that text is UTF-8 (RFC 3629) as it arrives, so that the first wrong byte is seen at once. */
final class Utf8 {
    private static final long NOT_ASCII = 0x8080808080808080L;

    private int needed;
    private int lowest = 0x80;
    private int highest = 0xBF;

    /** Whether these bytes may go on what came before. After false nothing more is asked. */
    boolean accepts(ByteBuf text, int from, int length) {
        int end = from + length;
        int i = from;
        while (i < end) {
            if (needed == 0) {
                while (i + 8 <= end && (text.getLong(i) & NOT_ASCII) == 0) {
                    i += 8;
                }
                if (i == end) {
                    return true;
                }
            }
            int b = text.getByte(i++) & 0xFF;
            if (needed == 0 ? !begins(b) : !continues(b)) {
                return false;
            }
        }
        return true;
    }

    /** Whether no character is left incomplete; then the next text may begin. */
    boolean complete() {
        return needed == 0;
    }

    private boolean begins(int b) {
        if (b < 0x80) {
            return true;
        }
        if (b < 0xC2 || b > 0xF4) {
            return false;
        }
        needed = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        // Overlong forms, surrogates and what is above U+10FFFF show in the second byte.
        lowest = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
        highest = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
        return true;
    }

    private boolean continues(int b) {
        if (b < lowest || b > highest) {
            return false;
        }
        needed--;
        lowest = 0x80;
        highest = 0xBF;
        return true;
    }
}
