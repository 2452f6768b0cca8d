package corral.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.frames.FrameException;
import corral.server.frames.FrameListener;
import corral.server.frames.FrameReader;
import corral.server.frames.ResponseHead;
import corral.server.frames.WorkerHello;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Any bytes of a worker are frames or a {@link FrameException}: nothing else is thrown, nothing is left unreleased. */
class FrameReaderFuzzTest {
    private static final int RUNS = Integer.getInteger("corral.fuzz.runs", 60_000);
    private static final int MAX_LENGTH = 1 << 16;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

    /** The golden frames of workers, HELLO first. */
    private static List<byte[]> frames() throws IOException {
        List<byte[]> frames = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/frames"))) {
            for (Path file : files.sorted().toList()) {
                if (file.getFileName().toString().matches("0x[45].*\\.bin")) {
                    frames.add(Files.readAllBytes(file));
                }
            }
        }
        return frames;
    }

    @Test
    void tamperedFramesAreReadOrRefused() throws IOException {
        List<byte[]> frames = frames();
        assertThat(frames).hasSizeGreaterThan(10);
        Tampering tampering = new Tampering(3, frames);
        for (int i = 0; i < RUNS; i++) {
            read(frames.get(0), tampering.next(), tampering.below(40) + 1);
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    /** After a HELLO; fails unless they are read or refused, and every buffer is released. */
    void readAny(byte[] bytes) {
        try {
            read(frames().get(0), bytes, 1 + bytes.length / 3);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    /** As from a socket: in pieces, what was not taken stays. */
    private void read(byte[] hello, byte[] bytes, int piece) {
        FrameReader reader = new FrameReader(new Releasing(), MAX_LENGTH);
        ByteBuf in = allocator.heapBuffer();
        try {
            in.writeBytes(hello);
            reader.read(in);
            for (int at = 0; at < bytes.length; at += piece) {
                in.writeBytes(bytes, at, Math.min(piece, bytes.length - at));
                reader.read(in);
            }
        } catch (FrameException e) {
            assertThat(e.getMessage()).isNotBlank();
        } finally {
            in.release();
        }
    }

    /** Takes everything. */
    private static final class Releasing implements FrameListener {
        @Override
        public void onHello(WorkerHello hello) {}

        @Override
        public void onStart(int stream, ResponseHead head) {
            assertThat(head.status()).isBetween(100, 999);
        }

        @Override
        public void onBody(int stream, ByteBuf bytes, boolean end) {
            bytes.release();
        }

        @Override
        public void onResponse(int stream, ResponseHead head, ByteBuf body, boolean end) {
            body.release();
        }

        @Override
        public void onCredit(int stream, int bytes) {
            assertThat(bytes).isNotNegative();
        }

        @Override
        public void onBorrow(int stream) {}

        @Override
        public void onSent(int stream, long bytes, boolean end) {
            assertThat(bytes).isNotNegative();
        }

        @Override
        public void onBorrowBody(int stream) {}

        @Override
        public void onReceived(int stream, long bytes, boolean end) {
            assertThat(bytes).isNotNegative();
        }

        @Override
        public void onPath(int stream, String path) {}

        @Override
        public void onTrailers(int stream, ResponseHead trailers) {}

        @Override
        public void onInform(int stream, ResponseHead head) {}

        @Override
        public void onAbort(int stream, String reason) {}

        @Override
        public void onPong(long token) {}

        @Override
        public void onReady() {}

        @Override
        public void onStopping() {}

        @Override
        public void onAccept(int stream, String subprotocol, ResponseHead headers) {}

        @Override
        public void onText(int stream, ByteBuf message) {
            message.release();
        }

        @Override
        public void onBinary(int stream, ByteBuf message) {
            message.release();
        }

        @Override
        public void onClose(int stream, int code, String reason) {}
    }
}
