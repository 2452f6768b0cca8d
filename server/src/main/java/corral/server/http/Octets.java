package corral.server.http;

/** Which octets are allowed where (RFC 9110 5.6.2, RFC 3986). */
final class Octets {
    private static final int TOKEN = 1;
    private static final int UPPER_METHOD = 2;
    private static final int TARGET = 4;
    private static final int VALUE = 8;
    private static final int AUTHORITY = 16;
    private static final int HEX = 32;

    private static final byte[] CLASSES = classes();
    private static final byte[] LOWER = lower();

    private Octets() {}

    /** Of tokens: methods, header names. */
    static boolean token(byte b) {
        return (CLASSES[b & 0xff] & TOKEN) != 0;
    }

    /** Of conventional methods: tokens without lower case and without {@code #}. */
    static boolean method(byte b) {
        return (CLASSES[b & 0xff] & UPPER_METHOD) != 0;
    }

    /** Of request targets: printable ASCII but the number sign. */
    static boolean target(byte b) {
        return (CLASSES[b & 0xff] & TARGET) != 0;
    }

    /** Of header values: printable ASCII, space, tab, and 8-bit octets. */
    static boolean value(byte b) {
        return (CLASSES[b & 0xff] & VALUE) != 0;
    }

    /** Of Host and authorities. */
    static boolean authority(byte b) {
        return (CLASSES[b & 0xff] & AUTHORITY) != 0;
    }

    static boolean hex(byte b) {
        return (CLASSES[b & 0xff] & HEX) != 0;
    }

    static byte lower(byte b) {
        return LOWER[b & 0xff];
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        mark(classes, TOKEN, "!#$%&'*+-.^_`|~" + alphanumeric());
        mark(classes, UPPER_METHOD, "!$%&'*+-.^_`|~ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
        mark(classes, AUTHORITY, "-._~!$&'()*+,;=%:[]" + alphanumeric());
        mark(classes, HEX, "0123456789abcdefABCDEF");
        for (int i = 0x21; i < 0x7f; i++) {
            classes[i] |= (byte) (VALUE | (i == '#' ? 0 : TARGET));
        }
        mark(classes, VALUE, " \t");
        for (int i = 0x80; i < 0x100; i++) {
            classes[i] |= VALUE;
        }
        return classes;
    }

    private static String alphanumeric() {
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    }

    private static void mark(byte[] classes, int which, String octets) {
        for (int i = 0; i < octets.length(); i++) {
            classes[octets.charAt(i)] |= (byte) which;
        }
    }

    private static byte[] lower() {
        byte[] lower = new byte[256];
        for (int i = 0; i < 256; i++) {
            lower[i] = (byte) (i >= 'A' && i <= 'Z' ? i | 0x20 : i);
        }
        return lower;
    }
}
