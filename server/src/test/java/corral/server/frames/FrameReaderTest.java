package corral.server.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames of a worker, as the files say that Python's tests read, too. */
class FrameReaderTest {
    private static final int MAX = 1 << 20;

    private final RecordingListener heard = new RecordingListener();
    private final FrameReader reader = new FrameReader(heard, MAX);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0x42-start.bin|start 1 HTTP 200 content-type=text/plain X-Twice=1 x-twice=2 false",
                "0x42-start-trailers.bin|start 1 HTTP 200 content-type=text/plain X-Twice=1 x-twice=2 true",
                "0x43-body.bin|body 1 part false",
                "0x43-body-end.bin|body 1  true",
                "0x44-response.bin|response 1 HTTP 404 content-type=text/plain X-Twice=1 x-twice=2 not found true",
                "0x44-response-part.bin|response 1 HTTP 200 part false",
                "0x45-credit.bin|credit 2 5",
                "0x45-credit-continue.bin|credit 2 0",
                "0x46-pathsend.bin|path 1 /srv/für/file.txt",
                "0x47-trailers.bin|trailers 1 HTTP 0 x-checksum=abc",
                "0x48-inform.bin|inform 1 HTTP 103 link=</style.css>; rel=preload",
                "0x49-abort.bin|abort 1 ValueError: no",
                "0x4a-pong.bin|pong 102030405060708",
                "0x4b-stopping.bin|stopping",
                "0x4c-ready.bin|ready",
                "0x4d-ws-accept.bin|accept 3 chat HTTP 0 x-a=b",
                "0x4d-ws-accept-plain.bin|accept 3 null HTTP 0",
                "0x4e-ws-text.bin|text 3 grüße",
                "0x4f-ws-binary.bin|binary 3 3",
                "0x50-ws-close.bin|close 3 1000 bye",
                "0x51-borrow.bin|borrow 4",
                "0x52-sent.bin|sent 4 21474836480 false",
                "0x52-sent-end.bin|sent 4 262144 true",
                "0x53-borrow-body.bin|borrow body 4",
                "0x54-received.bin|received 4 21474836480 false",
                "0x54-received-end.bin|received 4 262144 true"
            })
    void frameIsReadWhereverItIsCut(String file, String expected) throws Exception {
        byte[] hello = golden("0x41-hello.bin");
        byte[] frame = golden(file);
        for (int cut = 0; cut < frame.length; cut++) {
            RecordingListener listener = new RecordingListener();
            FrameReader fresh = new FrameReader(listener, MAX);
            ByteBuf in = Unpooled.buffer().writeBytes(hello).writeBytes(frame, 0, cut);
            fresh.read(in);
            in.writeBytes(frame, cut, frame.length - cut);
            fresh.read(in);
            assertThat(listener.events()).as("cut at %d", cut).containsExactly("hello 4711 0 asgi3", expected);
            assertThat(in.isReadable()).isFalse();
            assertThat(in.refCnt()).isEqualTo(1);
            in.release();
        }
    }

    @Test
    void severalFramesOfOneReadAreAllReported() throws Exception {
        ByteBuf in = Unpooled.buffer()
                .writeBytes(golden("0x41-hello.bin"))
                .writeBytes(golden("0x43-body.bin"))
                .writeBytes(golden("0x4b-stopping.bin"));
        reader.read(in);
        assertThat(heard.events()).containsExactly("hello 4711 0 asgi3", "body 1 part false", "stopping");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ffffff7f 01000000 43 00 0000|length of 2147483647",
                "00000000 01000000 43 00 0100|reserved",
                "00000000 00000000 43 00 0000|stream 0",
                "00000000 01000000 4b 00 0000|stream 1",
                "00000000 00000080 43 00 0000|stream 2147483648",
                "00000000 01000000 7f 00 0000|unknown type",
                "00000000 01000000 45 00 0000|no amount",
                "00000000 00000000 4a 00 0000|a length of 0",
                "00000000 01000000 50 00 0000|no code",
                "00000000 01000000 44 00 0000|ends within",
                "01000000 01000000 44 00 0000 4e|where a tuple belongs",
                "05000000 01000000 44 00 0000 28ffffff7f|longer than its frame",
                "0c000000 01000000 42 00 0000 2902 6963000000 5b00000000|status 99",
                "00000000 00000000 41 00 0000|a second time"
            })
    void whatTheProtocolDoesNotAllowEndsTheConnection(String hex, String said) throws Exception {
        reader.read(Unpooled.wrappedBuffer(golden("0x41-hello.bin")));
        ByteBuf in = Unpooled.wrappedBuffer(io.netty.buffer.ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
        assertThatThrownBy(() -> reader.read(in))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining(said);
    }

    @Test
    void nothingIsSaidBeforeHello() throws Exception {
        ByteBuf in = Unpooled.wrappedBuffer(golden("0x43-body.bin"));
        assertThatThrownBy(() -> reader.read(in)).hasMessageContaining("before HELLO");
    }

    /** Whatever a worker sends, the answer is an event or a FrameException. */
    @Test
    void damagedFramesNeverDoMoreThanEndTheConnection() throws Exception {
        Random random = new Random(20_261_121);
        List<String> files = List.of(
                "0x42-start.bin", "0x44-response.bin", "0x47-trailers.bin", "0x4d-ws-accept.bin", "0x41-hello.bin");
        byte[] hello = golden("0x41-hello.bin");
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = golden(files.get(random.nextInt(files.size())));
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
            }
            ByteBuf in = Unpooled.buffer().writeBytes(hello).writeBytes(frame);
            try {
                new FrameReader(new RecordingListener(), MAX).read(in);
            } catch (FrameException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
            assertThat(in.refCnt()).isEqualTo(1);
            in.release();
        }
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = FrameReaderTest.class.getResourceAsStream("/frames/" + name)) {
            return in.readAllBytes();
        }
    }
}
