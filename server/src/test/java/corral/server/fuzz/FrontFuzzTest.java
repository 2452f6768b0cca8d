package corral.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Any bytes of clients and of workers: every connection ends, and nothing is left unreleased. */
class FrontFuzzTest {
    private static final int RUNS = Integer.getInteger("corral.fuzz.runs", 60_000) / 100;
    private static final int LIMIT_SECONDS = 10;

    /** A bar stands for CR LF. */
    private static final List<byte[]> REQUESTS = Stream.of(
                    "GET / HTTP/1.1|Host: a||",
                    "GET /a%20b?c=d HTTP/1.0|Connection: keep-alive||",
                    "HEAD / HTTP/1.1|Host: a|Connection: close||",
                    "POST / HTTP/1.1|Host: a|Content-Length: 5||hello",
                    "POST / HTTP/1.1|Host: a|Expect: 100-continue|Content-Length: 5||hello",
                    "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||5;a=b|hello|0|X: y||",
                    "GET / HTTP/1.1|Host: a|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==||",
                    "OPTIONS * HTTP/1.1|Host: a||",
                    "GET http://b/c HTTP/1.1|Host: a||")
            .map(text -> text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1))
            .toList();

    private static byte[] golden(String name) throws IOException {
        return Files.readAllBytes(Path.of("src/test/resources/frames", name + ".bin"));
    }

    @Test
    void tamperedRequestsEndAndNothingIsLeft() throws Exception {
        Tampering tampering = new Tampering(5, REQUESTS);
        try (LocalFront front = new LocalFront()) {
            byte[] response = golden("0x44-response");
            Channel worker = front.worker(new Answering(front, response));
            worker.writeAndFlush(front.buffer(golden("0x41-hello"))).sync();
            List<Channel> open = new ArrayList<>();
            List<String> stories = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                byte[] bytes = tampering.next();
                open.add(send(front, bytes));
                stories.add(text(bytes));
            }
            assertAllEnd(open, stories);
            assertThat(worker.isActive()).as("the worker's connection").isTrue();
            worker.close().sync();
            assertNothingIsHeld(front);
        }
    }

    @Test
    void tamperedFramesEndTheirRequestsAndNothingIsLeft() throws Exception {
        List<byte[]> frames = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/frames"))) {
            for (Path file : files.sorted().toList()) {
                if (file.getFileName().toString().matches("0x4[2-9d].*\\.bin")) {
                    frames.add(Files.readAllBytes(file));
                }
            }
        }
        Tampering tampering = new Tampering(7, frames);
        try (LocalFront front = new LocalFront()) {
            List<Channel> open = new ArrayList<>();
            List<String> stories = new ArrayList<>();
            for (int i = 0; i < RUNS / 4; i++) {
                byte[] answer = tampering.next();
                Channel worker = front.worker(new Answering(front, answer));
                worker.writeAndFlush(front.buffer(golden("0x41-hello"))).sync();
                byte[] request = REQUESTS.get(tampering.below(REQUESTS.size()));
                Channel client = send(front, request);
                open.add(client);
                stories.add(text(request) + " answered by " + HexFormat.of().formatHex(answer));
                if (tampering.below(2) == 0) {
                    client.eventLoop().submit(() -> {}).sync();
                }
                worker.close().sync();
            }
            assertAllEnd(open, stories);
            assertNothingIsHeld(front);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).replace("\r\n", "|");
    }

    private static Channel send(LocalFront front, byte[] bytes) throws InterruptedException {
        Channel client = front.client(new Draining());
        client.writeAndFlush(front.buffer(bytes)).await();
        return client;
    }

    /** The front's timeouts of 1 s see to it. */
    private static void assertAllEnd(List<Channel> open, List<String> stories) throws Exception {
        CompletableFuture<?>[] ends = new CompletableFuture<?>[open.size()];
        for (int i = 0; i < ends.length; i++) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            open.get(i).closeFuture().addListener(closed -> end.complete(null));
            ends[i] = end;
        }
        try {
            CompletableFuture.allOf(ends).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            List<String> stuck = new ArrayList<>();
            for (int i = 0; i < ends.length; i++) {
                if (!ends[i].isDone()) {
                    stuck.add(i + ": " + stories.get(i));
                }
            }
            throw new AssertionError(stuck.size() + " connections did not end:\n" + String.join("\n", stuck), e);
        }
    }

    private static void assertNothingIsHeld(LocalFront front) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (front.held() > 0 && System.nanoTime() - deadline < 0) {
            Thread.sleep(10);
        }
        assertThat(front.held()).as("bytes of buffers that nobody released").isZero();
    }

    /** A client that takes everything. */
    private static final class Draining extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /** A worker that answers every request with the same frames, the streams put in. */
    private static final class Answering extends ChannelInboundHandlerAdapter {
        private static final int HEADER = 12;
        private static final int TYPE = 8;
        private static final int STREAM = 4;
        private static final int REQUEST = 0x02;

        private final LocalFront front;
        private final byte[] frames;
        private final ByteBuf pending;

        Answering(LocalFront front, byte[] frames) {
            this.front = front;
            this.frames = frames;
            pending = front.buffer(new byte[0]);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            pending.writeBytes(bytes);
            bytes.release();
            while (pending.readableBytes() >= HEADER) {
                int at = pending.readerIndex();
                int length = pending.getIntLE(at);
                if (pending.readableBytes() < HEADER + length) {
                    return;
                }
                if (pending.getByte(at + TYPE) == REQUEST) {
                    ctx.writeAndFlush(answer(pending.getIntLE(at + STREAM)));
                }
                pending.skipBytes(HEADER + length);
                pending.discardReadBytes();
            }
        }

        private ByteBuf answer(int stream) {
            ByteBuf answer = front.buffer(frames);
            int at = 0;
            while (at >= 0 && at + HEADER <= frames.length) {
                answer.setIntLE(at + STREAM, stream);
                int length = answer.getIntLE(at);
                at = length < 0 || length > frames.length ? -1 : at + HEADER + length;
            }
            return answer;
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            pending.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
