package corral.server.frames;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what it hears, one line each; the parts of a body are one line. */
final class RecordingListener implements FrameListener {
    private static final String MORE = " false";

    private final List<String> events = new ArrayList<>();

    List<String> events() {
        return events;
    }

    private void add(Object... parts) {
        StringBuilder line = new StringBuilder();
        for (Object part : parts) {
            line.append(line.isEmpty() ? "" : " ").append(part instanceof ByteBuf bytes ? text(bytes) : part);
        }
        events.add(line.toString());
    }

    private static String text(ByteBuf bytes) {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.release();
        return text;
    }

    @Override
    public void onHello(WorkerHello hello) {
        add("hello", hello.pid(), hello.worker(), hello.iface());
    }

    @Override
    public void onStart(int stream, ResponseHead head) {
        add("start", stream, head, head.trailers());
    }

    @Override
    public void onBody(int stream, ByteBuf bytes, boolean end) {
        String prefix = "body " + stream + " ";
        String last = events.isEmpty() ? "" : events.get(events.size() - 1);
        if (last.startsWith(prefix) && last.endsWith(MORE)) {
            events.set(events.size() - 1, last.substring(0, last.length() - MORE.length()) + text(bytes) + " " + end);
        } else {
            add("body", stream, bytes, end);
        }
    }

    @Override
    public void onResponse(int stream, ResponseHead head, ByteBuf body, boolean end) {
        add("response", stream, head, body, end);
    }

    @Override
    public void onBorrow(int stream) {
        add("borrow", stream);
    }

    @Override
    public void onSent(int stream, long bytes, boolean end) {
        add("sent", stream, bytes, end);
    }

    @Override
    public void onBorrowBody(int stream) {
        add("borrow body", stream);
    }

    @Override
    public void onReceived(int stream, long bytes, boolean end) {
        add("received", stream, bytes, end);
    }

    @Override
    public void onCredit(int stream, int bytes) {
        add("credit", stream, bytes);
    }

    @Override
    public void onPath(int stream, String path) {
        add("path", stream, path);
    }

    @Override
    public void onTrailers(int stream, ResponseHead trailers) {
        add("trailers", stream, trailers);
    }

    @Override
    public void onInform(int stream, ResponseHead head) {
        add("inform", stream, head);
    }

    @Override
    public void onAbort(int stream, String reason) {
        add("abort", stream, reason);
    }

    @Override
    public void onPong(long token) {
        add("pong", Long.toHexString(token));
    }

    @Override
    public void onReady() {
        add("ready");
    }

    @Override
    public void onStopping() {
        add("stopping");
    }

    @Override
    public void onAccept(int stream, String subprotocol, ResponseHead headers) {
        add("accept", stream, subprotocol, headers);
    }

    @Override
    public void onText(int stream, ByteBuf message) {
        add("text", stream, message);
    }

    @Override
    public void onBinary(int stream, ByteBuf message) {
        add("binary", stream, message.readableBytes());
        message.release();
    }

    @Override
    public void onClose(int stream, int code, String reason) {
        add("close", stream, code, reason);
    }
}
