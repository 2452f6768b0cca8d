package corral.daemon.control;

/** Where characters begin and end in UTF-8 bytes. */
final class Utf8 {
    private static final int LONGEST = 4;

    private Utf8() {}

    /** How many of the first {@code length} bytes remain when a character that is cut at their end is left out. */
    static int wholeCharacters(byte[] bytes, int length) {
        for (int back = 1; back < LONGEST && back <= length; back++) {
            int b = bytes[length - back] & 0xFF;
            if (b < 0x80) {
                return length;
            }
            if (b >= 0xC0) {
                return back < sequenceLength(b) ? length - back : length;
            }
        }
        return length;
    }

    private static int sequenceLength(int first) {
        if (first >= 0xF0) {
            return 4;
        }
        return first >= 0xE0 ? 3 : 2;
    }
}
