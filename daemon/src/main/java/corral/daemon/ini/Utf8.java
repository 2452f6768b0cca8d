package corral.daemon.ini;

import java.nio.charset.StandardCharsets;

/** Strict UTF-8 with Python's words for what is wrong (spec/supervisor.md 1.1). No state, any thread. */
final class Utf8 {

    private Utf8() {}

    /**
     * Decodes a whole file.
     *
     * @throws UndecodableException at the first byte sequence that is not UTF-8
     */
    static String decode(byte[] bytes) throws UndecodableException {
        int at = 0;
        while (at < bytes.length) {
            if (bytes[at] >= 0) {
                at++;
                continue;
            }
            int valid = validLength(bytes, at);
            if (valid < 0) {
                throw undecodable(bytes, at, -valid);
            }
            at += valid;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Length of the sequence at a lead byte, or minus the number of bytes that belong to the broken one. */
    private static int validLength(byte[] bytes, int at) {
        int lead = bytes[at] & 0xff;
        int length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
        if (length == 0) {
            return -1;
        }
        for (int i = 1; i < length; i++) {
            if (at + i >= bytes.length || !continues(lead, i, bytes[at + i] & 0xff)) {
                return -i;
            }
        }
        return length;
    }

    /** Surrogates, overlong forms and code points beyond U+10FFFF show in the second byte. */
    private static boolean continues(int lead, int index, int b) {
        if (index > 1) {
            return b >= 0x80 && b <= 0xbf;
        }
        int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        return b >= low && b <= high;
    }

    private static UndecodableException undecodable(byte[] bytes, int at, int count) {
        int lead = bytes[at] & 0xff;
        String what = lead < 0xc2 || lead > 0xf4
                ? "invalid start byte"
                : at + count >= bytes.length ? "unexpected end of data" : "invalid continuation byte";
        String where = count == 1
                ? "byte 0x" + Integer.toHexString(lead) + " in position " + at
                : "bytes in position " + at + "-" + (at + count - 1);
        int line = 1;
        for (int i = 0; i < at; i++) {
            if (bytes[i] == '\n' || (bytes[i] == '\r' && bytes[i + 1] != '\n')) {
                line++;
            }
        }
        return new UndecodableException("'utf-8' codec can't decode " + where + ": " + what, line);
    }
}
