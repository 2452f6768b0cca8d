package corral.it.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Checks a streamed answer: parts of a line {@code id number size crc} and so many bytes, numbered from 0, and a last line
 * {@code id end 0 0}.
 */
final class StreamCheck implements ContentCheck {
    private static final int FIELDS = 4;

    private final String id;
    private final ByteBuf rest = Unpooled.buffer();
    private Finding finding = Finding.OK;
    private int next;
    private boolean ended;

    StreamCheck(String id) {
        this.id = id;
    }

    @Override
    public void onPiece(ByteBuf piece) {
        rest.writeBytes(piece);
        while (finding.equals(Finding.OK) && readPart()) {
            rest.discardSomeReadBytes();
        }
    }

    @Override
    public Finding onEnd() {
        if (finding.equals(Finding.OK) && (!ended || rest.isReadable())) {
            return Finding.of(Verdict.TRUNCATED, "it ends in part " + next);
        }
        return finding;
    }

    /** Reads one whole part; false if there is none yet. */
    private boolean readPart() {
        int line = rest.bytesBefore((byte) '\n');
        if (line < 0) {
            return false;
        }
        String head = rest.toString(rest.readerIndex(), line, StandardCharsets.US_ASCII);
        String[] fields = head.split(" ", -1);
        if (fields.length != FIELDS) {
            finding = Finding.of(Verdict.CORRUPT, "a part begins with " + head);
            return false;
        }
        int size = Integer.parseInt(fields[2]);
        if (rest.readableBytes() < line + 1 + size) {
            return false;
        }
        rest.skipBytes(line + 1);
        byte[] bytes = ByteBufUtil.getBytes(rest.readSlice(size));
        finding = judge(fields, bytes);
        return true;
    }

    private Finding judge(String[] fields, byte[] bytes) {
        if (!fields[0].equals(id)) {
            return Finding.of(Verdict.MISDELIVERED, "a part of " + fields[0]);
        }
        if (ended) {
            return Finding.of(Verdict.DUPLICATED, "part " + fields[1] + " after the end");
        }
        if (fields[1].equals("end")) {
            ended = true;
            return Finding.OK;
        }
        int number = Integer.parseInt(fields[1]);
        if (number != next) {
            Verdict verdict = number < next ? Verdict.DUPLICATED : Verdict.TRUNCATED;
            return Finding.of(verdict, "part " + number + " where " + next + " was due");
        }
        next++;
        boolean whole = fields[3].equals(Long.toString(AnswerCheck.crc(bytes)));
        return whole ? Finding.OK : Finding.of(Verdict.CORRUPT, "checksum of part " + number);
    }
}
