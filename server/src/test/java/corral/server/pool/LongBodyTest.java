package corral.server.pool;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.frames.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** Which frame may still grow, and what its header says then. */
class LongBodyTest {
    private final LongBody last = new LongBody();

    /** Behind another frame, as in a batch. */
    private final ByteBuf batch = header(FrameType.REQUEST, 0, 4, 0).writeInt(0);

    private static ByteBuf header(int type, int flags, int length, int stream) {
        return Unpooled.buffer()
                .writeIntLE(length)
                .writeIntLE(stream)
                .writeByte(type)
                .writeByte(flags)
                .writeShort(0);
    }

    private void begin(int type) {
        batch.writeBytes(header(type, 0, 5000, 7));
        last.begin(type, 7, batch);
    }

    private ByteBuf begun() {
        return batch.slice(FrameType.HEADER + 4, FrameType.HEADER);
    }

    @Test
    void moreOfTheSameBodyMakesTheFrameLonger() {
        begin(FrameType.BODY);
        assertThat(last.grow(FrameType.BODY, 0, 7, 6000)).isTrue();
        assertThat(begun()).isEqualTo(header(FrameType.BODY, 0, 11_000, 7));
        assertThat(last.grow(FrameType.BODY, FrameType.END, 7, 1)).isTrue();
        assertThat(begun()).isEqualTo(header(FrameType.BODY, FrameType.END, 11_001, 7));
    }

    @Test
    void anotherStreamOrKindBeginsAFrameOfItsOwn() {
        assertThat(last.grow(FrameType.BODY, 0, 7, 6000)).isFalse();
        begin(FrameType.BODY);
        assertThat(last.grow(FrameType.BODY, 0, 8, 6000)).isFalse();
        assertThat(last.grow(FrameType.WS_BINARY, 0, 7, 6000)).isFalse();
        begin(FrameType.WS_BINARY);
        assertThat(last.grow(FrameType.WS_BINARY, 0, 7, 6000)).isFalse();
        assertThat(last.grow(FrameType.BODY, 0, 7, 6000)).isFalse();
    }

    @Test
    void whatIsFlushedOrReleasedDoesNotGrow() {
        begin(FrameType.BODY);
        last.end();
        assertThat(last.grow(FrameType.BODY, 0, 7, 6000)).isFalse();
        begin(FrameType.BODY);
        batch.release();
        assertThat(last.grow(FrameType.BODY, 0, 7, 6000)).isFalse();
    }
}
