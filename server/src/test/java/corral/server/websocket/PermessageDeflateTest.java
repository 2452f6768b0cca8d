package corral.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.options.WebSocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate (RFC 7692). */
class PermessageDeflateTest {
    private static final DeflateParameters PLAIN = new DeflateParameters(false, false, 15);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "permessage-deflate | permessage-deflate",
                "permessage-deflate; client_max_window_bits | permessage-deflate",
                "permessage-deflate; client_max_window_bits=10 | permessage-deflate",
                "permessage-deflate; server_no_context_takeover | permessage-deflate; server_no_context_takeover",
                "permessage-deflate;client_no_context_takeover | permessage-deflate; client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=9 | permessage-deflate; server_max_window_bits=9",
                "permessage-deflate; server_max_window_bits=\"10\" | permessage-deflate; server_max_window_bits=10",
                "permessage-deflate; server_max_window_bits=15 | permessage-deflate",
                "x-other, permessage-deflate | permessage-deflate",
                "permessage-deflate; unknown, permessage-deflate; server_max_window_bits=8 | permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=16 | none",
                "permessage-deflate; server_max_window_bits=7 | none",
                "permessage-deflate; server_max_window_bits=08 | none",
                "permessage-deflate; server_max_window_bits | none",
                "permessage-deflate; client_max_window_bits=1 | none",
                "permessage-deflate; server_no_context_takeover=1 | none",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover | none",
                "x-webkit-deflate-frame | none",
                "'' | none",
            })
    void firstAcceptableOfferIsAnswered(String offer, String answer) {
        DeflateParameters agreed =
                DeflateParameters.negotiate(Heads.get("Sec-WebSocket-Extensions", offer, "Host", "a"));
        assertThat(agreed == null ? null : agreed.response()).isEqualTo(answer);
    }

    @Test
    void compressedMessagesAreInflatedWithTheirContext() {
        Deflater deflater = new Deflater(9, true);
        try (Duplex duplex = new Duplex(Duplex.DEFAULTS, PLAIN).accepted()) {
            byte[] message = "abcabcabcabc, grüße und noch mehr davon".getBytes(StandardCharsets.UTF_8);
            byte[] first = Wire.deflate(deflater, message);
            byte[] second = Wire.deflate(deflater, message);
            assertThat(second.length).isLessThan(first.length / 2);
            byte[] third = Wire.deflate(deflater, message);
            duplex.sends(
                    Wire.frame(0xC1, first),
                    Wire.text("plain"),
                    Wire.frame(0x41, Arrays.copyOf(second, 3)),
                    Wire.frame(0x89, ""),
                    Wire.frame(0x80, Arrays.copyOfRange(second, 3, second.length)),
                    Wire.frame(0xC2, third));
            String text = "text:" + new String(message, StandardCharsets.UTF_8);
            assertThat(duplex.stream.told).containsExactly(text, "text:plain", text, "binary:" + message.length);
            assertThat(duplex.stream.last).isEqualTo(message);
        } finally {
            deflater.end();
        }
    }

    @Test
    void withoutClientContextEachMessageStandsForItself() {
        Deflater deflater = new Deflater(9, true);
        try (Duplex duplex = new Duplex(Duplex.DEFAULTS, new DeflateParameters(false, true, 15)).accepted()) {
            for (int i = 0; i < 3; i++) {
                duplex.sends(Wire.frame(
                        0xC1, Wire.deflate(deflater, "again and again and again".getBytes(StandardCharsets.UTF_8))));
                deflater.reset();
            }
            assertThat(duplex.stream.told).hasSize(3).containsOnly("text:again and again and again");
        } finally {
            deflater.end();
        }
    }

    @Test
    void finalBlocksWithinMessagesAreUnderstood() {
        Deflater deflater = new Deflater(9, true);
        byte[] out = new byte[100];
        deflater.setInput("Hello".getBytes(StandardCharsets.UTF_8));
        deflater.finish();
        int length = deflater.deflate(out);
        deflater.end();
        // RFC 7692 7.2.3.4: such a message ends with a byte 0.
        byte[] payload = Arrays.copyOf(out, length + 1);
        try (Duplex duplex = new Duplex(Duplex.DEFAULTS, PLAIN).accepted()) {
            duplex.sends(Wire.frame(0xC1, payload), Wire.frame(0xC1, payload));
            assertThat(duplex.stream.told).containsExactly("text:Hello", "text:Hello");
        }
    }

    @Test
    void bombIs1009AndTakesNoMoreThanTheLimit() {
        Deflater deflater = new Deflater(9, true);
        byte[] bomb = Wire.deflate(deflater, new byte[64 << 20]);
        deflater.end();
        WebSocketOptions options = new WebSocketOptions(true, 1 << 20, 32, 0, 0, true);
        try (Duplex duplex = new Duplex(options, PLAIN).accepted()) {
            duplex.sends(Wire.frame(0xC2, bomb));
            assertThat(duplex.got().get(0)).startsWith("88:1009");
            assertThat(duplex.stream.told.get(0)).startsWith("end:1009");
        }
    }

    @Test
    void messageOfExactlyTheLimitPasses() {
        Deflater deflater = new Deflater(9, true);
        try (Duplex duplex = new Duplex(new WebSocketOptions(true, 5000, 32, 0, 0, true), PLAIN).accepted()) {
            duplex.sends(Wire.frame(0xC2, Wire.deflate(deflater, new byte[5000])));
            assertThat(duplex.stream.told).containsExactly("binary:5000");
            duplex.sends(Wire.frame(0xC2, Wire.deflate(deflater, new byte[5001])));
            assertThat(duplex.got().get(0)).startsWith("88:1009");
        } finally {
            deflater.end();
        }
    }

    @Test
    void wrongDataIs1007AndWrongBitsAre1002() {
        closes("1007", Wire.frame(0xC1, new byte[] {(byte) 0xFF, 1, 2, 3}));
        closes("1007", Wire.frame(0xC1, new byte[] {0x02, 0x00}), Wire.frame(0xC1, new byte[] {7, 7, 7}));
        closes("1002", Wire.frame(0x41, new byte[0]), Wire.frame(0xC0, new byte[0]));
        closes("1002", Wire.frame(0xC9, new byte[0]));
        closes("1002", Wire.frame(0xE1, new byte[0]));
        Deflater deflater = new Deflater(9, true);
        closes("1007", Wire.frame(0xC1, Wire.deflate(deflater, new byte[] {'a', (byte) 0xC3})));
        deflater.end();
    }

    private static void closes(String code, byte[]... bytes) {
        try (Duplex duplex = new Duplex(Duplex.DEFAULTS, PLAIN).accepted()) {
            duplex.sends(bytes);
            assertThat(duplex.got().get(0)).startsWith("88:" + code);
        }
    }

    @Test
    void onlyWhatShrinksIsSentCompressed() throws DataFormatException {
        try (Duplex duplex = new Duplex(Duplex.DEFAULTS, PLAIN).accepted()) {
            duplex.appSends("short");
            assertThat(duplex.got()).containsExactly("81:short");
            String text = "long and longer ".repeat(5000);
            duplex.appSends(text);
            ByteBuf bytes = duplex.bytes();
            assertThat(bytes.readUnsignedByte()).isEqualTo((short) 0xC1);
            assertThat(bytes.readableBytes()).isLessThan(3000);
            bytes.skipBytes(bytes.readUnsignedByte() == 126 ? 2 : 0);
            assertThat(new String(Wire.inflate(bytes), StandardCharsets.UTF_8)).isEqualTo(text);
            bytes.release();
            assertThat(duplex.stream.given).isEqualTo(5 + 32 + text.length() + 32);
            byte[] noise = new byte[5000];
            new Random(1).nextBytes(noise);
            duplex.session.onMessage(false, Unpooled.wrappedBuffer(noise));
            bytes = duplex.bytes();
            assertThat(bytes.getUnsignedByte(0)).isEqualTo((short) 0x82);
            bytes.release();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 12, 14})
    void nothingLooksBackFurtherThanTheClientAllows(int bits) throws DataFormatException {
        byte[] half = new byte[1 << bits];
        new Random(2).nextBytes(half);
        for (int i = 0; i < half.length; i++) {
            half[i] = (byte) (half[i] & 7);
        }
        ByteBuf message = Unpooled.wrappedBuffer(half, half, half);
        try (Compression compression = new Compression()) {
            ByteBuf narrow = compression.compress(UnpooledByteBufAllocator.DEFAULT, message, bits);
            ByteBuf full = compression.compress(UnpooledByteBufAllocator.DEFAULT, message, 15);
            assertThat(full.readableBytes()).isLessThan(narrow.readableBytes());
            assertThat(Unpooled.wrappedBuffer(Wire.inflate(narrow))).isEqualTo(message);
            narrow.release();
            full.release();
        }
        message.release();
    }
}
