package corral.server.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The encoding of RFC 7468, and the headers that RFC 1421 put before it. */
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private Pem() {}

    /**
     * One block of a file.
     *
     * @param label as in {@code BEGIN label}
     * @param dekInfo value of the header that names the cipher of a traditionally encrypted key, null if there is none
     * @param body base64 without white space
     */
    record Block(String label, String dekInfo, String body) {
        /** The block's contents; IllegalArgumentException if they are not base64. */
        byte[] der() {
            return Base64.getDecoder().decode(body);
        }
    }

    /** All complete blocks of a text, in order; what stands around them is ignored. */
    static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        String label = null;
        String dekInfo = null;
        StringBuilder body = new StringBuilder();
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > BEGIN.length() + DASHES.length()) {
                label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                dekInfo = null;
                body.setLength(0);
            } else if (label != null && line.equals(END + label + DASHES)) {
                blocks.add(new Block(label, dekInfo, body.toString()));
                label = null;
            } else if (line.startsWith("DEK-Info:")) {
                dekInfo = line.substring("DEK-Info:".length()).strip();
            } else if (label != null && line.indexOf(':') < 0) {
                body.append(line);
            }
        }
        return blocks;
    }

    /** A block as text, lines of 64 characters. */
    static String encode(String label, byte[] der) {
        Base64.Encoder encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
        return BEGIN + label + DASHES + "\n" + encoder.encodeToString(der) + "\n" + END + label + DASHES + "\n";
    }
}
