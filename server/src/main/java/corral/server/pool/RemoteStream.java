package corral.server.pool;

import corral.server.frames.FrameType;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** A stream on a {@link WorkerLink}: its number, its credit and whether it is over. */
final class RemoteStream implements WorkerStream {
    private static final int MESSAGE_COST = 32;

    /** A client that takes what it gets at once gets more at once: fewer turns for a long body. A slow one never comes to have it. */
    private static final int BONUS = 3 * WorkerLink.WINDOW;

    private final WorkerLink link;
    private final int number;
    private final StreamListener listener;
    private final long sequence;
    private final long batch;
    private int credit = WorkerLink.WINDOW;
    private int due;
    private boolean widened;
    private boolean over;
    private boolean ended;

    /**
     * @param sequence how many requests the link has had with it
     * @param batch in which it is sent
     */
    RemoteStream(WorkerLink link, int number, StreamListener listener, long sequence, long batch) {
        this.link = link;
        this.number = number;
        this.listener = listener;
        this.sequence = sequence;
        this.batch = batch;
    }

    long sequence() {
        return sequence;
    }

    long batch() {
        return batch;
    }

    int number() {
        return number;
    }

    /** Who hears what the worker says; nobody does after the client's side gave it up. */
    StreamListener listener() {
        return over && !ended ? Abandoned.LISTENER : listener;
    }

    void spend(int bytes) {
        credit -= bytes;
    }

    void earn(int bytes) {
        if (bytes == 0) {
            listener.onBodyWanted();
        } else {
            credit += bytes;
            listener.onCredit();
        }
    }

    /** The worker is through with it. Returns who hears of it. */
    StreamListener finish() {
        StreamListener told = listener();
        over = true;
        if (!ended) {
            ended = true;
            link.end(this);
        }
        return told;
    }

    /** The client's side is through with it. A thread that runs a WSGI app cannot be stopped: it takes its place until the worker says that it is free. */
    private void abandon() {
        over = true;
        if (!link.worker().facts().wsgi()) {
            finish();
        }
    }

    /** Its worker is gone. Returns what it was and what becomes of it, null if it was over. */
    String lose(Loss loss) {
        return finish().onLost(loss);
    }

    @Override
    public WorkerFacts worker() {
        return link.worker().facts();
    }

    @Override
    public int credit() {
        return credit;
    }

    @Override
    public void body(ByteBuf bytes, boolean end) {
        if (over) {
            bytes.release();
            return;
        }
        spend(bytes.readableBytes());
        link.output().frame(FrameType.BODY, end ? FrameType.END : 0, number, bytes);
    }

    @Override
    public void text(ByteBuf message) {
        message(FrameType.WS_TEXT, message);
    }

    @Override
    public void binary(ByteBuf message) {
        message(FrameType.WS_BINARY, message);
    }

    private void message(int type, ByteBuf message) {
        if (over) {
            message.release();
            return;
        }
        spend(message.readableBytes() + MESSAGE_COST);
        link.output().frame(type, 0, number, message);
    }

    @Override
    public void give(int bytes) {
        due += bytes;
        int window = widened ? WorkerLink.WINDOW + BONUS : WorkerLink.WINDOW;
        if (due >= window / 2 && !over) {
            link.output().credit(number, widened ? due : due + BONUS);
            widened = true;
            due = 0;
        }
    }

    @Override
    public void lend(int descriptor, int patienceMs) {
        if (!over) {
            link.lend(number, descriptor, patienceMs);
        }
    }

    @Override
    public void refuseLoan() {
        if (!over) {
            link.output().loan(FrameType.REFUSED, number, 0);
        }
    }

    @Override
    public boolean lendBody(int descriptor, long remaining) {
        return !over && link.lendBody(number, descriptor, remaining);
    }

    @Override
    public void refuseBodyLoan() {
        if (!over) {
            link.output().bodyLoan(FrameType.REFUSED, number, 0);
        }
    }

    @Override
    public void disconnect() {
        if (!over) {
            link.output().frame(FrameType.DISCONNECT, 0, number);
            abandon();
        }
    }

    @Override
    public void halfClose() {
        if (!over) {
            link.output().frame(FrameType.DISCONNECT, FrameType.HALF, number);
        }
    }

    @Override
    public void leave(int code) {
        if (!over) {
            link.output().disconnect(FrameType.HALF, number, code, new byte[0]);
        }
    }

    @Override
    public void disconnect(int code, String reason) {
        if (!over) {
            link.output().disconnect(0, number, code, reason.getBytes(StandardCharsets.UTF_8));
            finish();
        }
    }
}
