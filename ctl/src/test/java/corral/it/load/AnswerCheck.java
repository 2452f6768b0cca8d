package corral.it.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Checks an answer of one piece: a line {@code id pid size crc body-size body-crc}, where the last two are of the request's body
 * as the application received it, and then so many bytes.
 */
final class AnswerCheck implements ContentCheck {
    private static final int FIELDS = 6;

    private final String id;
    private final byte[] sent;
    private final int wanted;
    private final ByteBuf all = Unpooled.buffer();

    /**
     * @param sent the request's body
     * @param wanted bytes asked for
     */
    AnswerCheck(String id, byte[] sent, int wanted) {
        this.id = id;
        this.sent = sent;
        this.wanted = wanted;
    }

    @Override
    public void onPiece(ByteBuf piece) {
        all.writeBytes(piece);
    }

    @Override
    public Finding onEnd() {
        int line = all.bytesBefore((byte) '\n');
        if (line < 0) {
            return Finding.of(Verdict.TRUNCATED, "no first line in " + all.readableBytes() + " bytes");
        }
        String head = all.readCharSequence(line, StandardCharsets.US_ASCII).toString();
        all.skipBytes(1);
        String[] fields = head.split(" ", -1);
        if (fields.length != FIELDS) {
            return Finding.of(Verdict.CORRUPT, "first line " + head);
        }
        if (!fields[0].equals(id)) {
            return Finding.of(Verdict.MISDELIVERED, "the answer of " + fields[0]);
        }
        if (!fields[4].equals(Integer.toString(sent.length)) || !fields[5].equals(Long.toString(crc(sent)))) {
            return Finding.of(Verdict.CORRUPT, "the application received " + fields[4] + " bytes of " + sent.length);
        }
        return content(Integer.parseInt(fields[2]), fields[3]);
    }

    private Finding content(int size, String crc) {
        byte[] bytes = ByteBufUtil.getBytes(all);
        if (bytes.length < size || size < wanted) {
            return Finding.of(Verdict.TRUNCATED, bytes.length + " bytes of " + wanted);
        }
        if (bytes.length > size) {
            return Finding.of(Verdict.DUPLICATED, (bytes.length - size) + " bytes after the end");
        }
        return crc.equals(Long.toString(crc(bytes))) ? Finding.OK : Finding.of(Verdict.CORRUPT, "checksum");
    }

    static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }
}
