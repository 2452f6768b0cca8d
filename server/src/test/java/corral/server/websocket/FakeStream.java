package corral.server.websocket;

import corral.server.pool.WorkerFacts;
import corral.server.pool.WorkerStream;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A worker's side of a WebSocket that writes down what it is told. */
final class FakeStream implements WorkerStream {
    /** What it was told: {@code text:…}, {@code binary:length}, {@code leave:code}, {@code end:code:reason}. */
    final List<String> told = new ArrayList<>();

    int credit = 65536;
    long given;
    byte[] last;

    @Override
    public WorkerFacts worker() {
        return new WorkerFacts(0, 1, 1, 0, false);
    }

    @Override
    public int credit() {
        return credit;
    }

    @Override
    public void text(ByteBuf message) {
        told.add("text:" + message.toString(StandardCharsets.UTF_8));
        take(message);
    }

    @Override
    public void binary(ByteBuf message) {
        told.add("binary:" + message.readableBytes());
        take(message);
    }

    private void take(ByteBuf message) {
        credit -= message.readableBytes() + 32;
        last = new byte[message.readableBytes()];
        message.readBytes(last).release();
    }

    @Override
    public void give(int bytes) {
        given += bytes;
    }

    @Override
    public void leave(int code) {
        told.add("leave:" + code);
    }

    @Override
    public void disconnect(int code, String reason) {
        told.add("end:" + code + ":" + reason);
    }

    @Override
    public void body(ByteBuf bytes, boolean end) {
        throw new AssertionError("a WebSocket has no body");
    }

    @Override
    public void lend(int descriptor, int patienceMs) {
        throw new AssertionError("a WebSocket has no body");
    }

    @Override
    public void refuseLoan() {
        throw new AssertionError("a WebSocket has no body");
    }

    @Override
    public boolean lendBody(int descriptor, long remaining) {
        throw new AssertionError("a WebSocket has no body");
    }

    @Override
    public void refuseBodyLoan() {
        throw new AssertionError("a WebSocket has no body");
    }

    @Override
    public void halfClose() {
        throw new AssertionError("a WebSocket is not half closed");
    }

    @Override
    public void disconnect() {
        throw new AssertionError("a WebSocket ends with a code");
    }
}
