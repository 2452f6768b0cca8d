package corral.server.pool;

import corral.server.frames.FrameType;
import io.netty.buffer.ByteBuf;

/**
 * The last frame of a batch that is not flushed yet, if it is a long BODY: what else is read of the same upload makes it longer, since few
 * long frames are less work for a worker than many. One per connection to a worker, on its event loop.
 */
final class LongBody {
    private static final int FLAGS = 9;

    private ByteBuf header;
    private int at;
    private int stream;

    /** A frame was begun whose header is the last thing in that buffer, and whose payload comes behind that. */
    void begin(int type, int number, ByteBuf buffer) {
        header = type == FrameType.BODY ? buffer : null;
        at = buffer.writerIndex() - FrameType.HEADER;
        stream = number;
    }

    /** Makes the frame longer; false if it is of another kind or stream, or already gone. */
    boolean grow(int type, int flags, int number, int length) {
        if (header == null || type != FrameType.BODY || number != stream || header.refCnt() == 0) {
            return false;
        }
        header.setIntLE(at, header.getIntLE(at) + length);
        header.setByte(at + FLAGS, flags);
        return true;
    }

    /** Something else comes behind it, or it is flushed. */
    void end() {
        header = null;
    }
}
