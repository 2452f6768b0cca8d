package corral.server.pool;

import corral.server.frames.ResponseHead;
import io.netty.buffer.ByteBuf;

/** Hears, and throws away, what a worker still says of a request that nobody waits for. On the link's event loop. */
class Abandoned implements StreamListener {
    static final StreamListener LISTENER = new Abandoned();

    Abandoned() {}

    @Override
    public void onDispatched(WorkerStream stream) {}

    @Override
    public void onCredit() {}

    @Override
    public void onBodyWanted() {}

    @Override
    public void onHead(ResponseHead head) {}

    @Override
    public void onBody(ByteBuf bytes, boolean end) {
        bytes.release();
    }

    @Override
    public void onPath(String path) {}

    @Override
    public void onTrailers(ResponseHead trailers) {}

    @Override
    public void onBorrow() {}

    @Override
    public void onSent(long bytes, boolean end) {}

    @Override
    public void onBorrowBody() {}

    @Override
    public void onReceived(long bytes, boolean end) {}

    @Override
    public void onInform(ResponseHead head) {}

    @Override
    public void onAbort(String reason) {}

    @Override
    public void onAccept(String subprotocol, ResponseHead headers) {}

    @Override
    public void onText(ByteBuf message) {
        message.release();
    }

    @Override
    public void onBinary(ByteBuf message) {
        message.release();
    }

    @Override
    public void onClose(int code, String reason) {}

    @Override
    public String onLost(Loss loss) {
        return null;
    }
}
