package corral.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.options.WebSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages, control frames and violations (RFC 6455 5-7). */
class WebSocketSessionTest {
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int PING = 9;
    private static final int PONG = 10;

    @Test
    void acceptSendsTheHandshakeAndReadsWhatCameBehindTheRequest() {
        try (Duplex duplex = new Duplex(Duplex.DEFAULTS, null, Wire.text("early"))) {
            assertThat(duplex.response()).isEqualTo("""
                            HTTP/1.1 101 Switching Protocols
                            Upgrade: websocket
                            Connection: Upgrade
                            Sec-WebSocket-Accept: abc=
                            Sec-WebSocket-Protocol: chat
                            X-App: 1
                            server: corral

                            """.replace("\n", "\r\n"));
            assertThat(duplex.stream.told).containsExactly("text:early");
        }
    }

    @Test
    void messagesGoBothWays() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.stream.credit = 1 << 20;
            duplex.sends(Wire.text("grüße"), Wire.frame(Wire.FIN | BINARY, new byte[70_000]), Wire.text(""));
            assertThat(duplex.stream.told).containsExactly("text:grüße", "binary:70000", "text:");
            assertThat(duplex.stream.last).isEmpty();
            duplex.appSends("für dich");
            duplex.appSends("");
            duplex.appSends("x".repeat(300));
            duplex.appSends("y".repeat(70_000));
            assertThat(duplex.got())
                    .containsExactly("81:für dich", "81:", "81:" + "x".repeat(300), "81:" + "y".repeat(70_000));
        }
    }

    @Test
    void anyCutOfTheBytesGivesTheSameMessages() {
        byte[] all = Wire.join(
                Wire.text("ein Stück"),
                Wire.frame(TEXT, "ge"),
                Wire.frame(0, "te"),
                Wire.frame(Wire.FIN | PING, "p"),
                Wire.frame(Wire.FIN, "ilt €"),
                Wire.frame(Wire.FIN | BINARY, new byte[300]));
        for (int cut = 1; cut < all.length; cut++) {
            try (Duplex duplex = new Duplex().accepted()) {
                duplex.sends(Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length));
                assertThat(duplex.stream.told).containsExactly("text:ein Stück", "text:geteilt €", "binary:300");
                assertThat(duplex.got()).containsExactly("8a:p");
            }
        }
        try (Duplex duplex = new Duplex().accepted()) {
            for (byte each : all) {
                duplex.sends(new byte[] {each});
            }
            assertThat(duplex.stream.told).containsExactly("text:ein Stück", "text:geteilt €", "binary:300");
        }
    }

    @Test
    void pingIsAnsweredAndPongIgnored() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.sends(Wire.frame(Wire.FIN | PONG, "x"), Wire.frame(Wire.FIN | PING, "a"), Wire.frame(0x89, ""));
            assertThat(duplex.got()).containsExactly("8a:a", "8a:");
            assertThat(duplex.stream.told).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1003, 1007, 1011, 3000, 4999})
    void closeOfTheClientIsEchoedAndToldToTheApp(int code) {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.sends(Wire.close(code, "tschüß"));
            assertThat(duplex.got()).containsExactly("88:" + code + " tschüß");
            assertThat(duplex.stream.told).containsExactly("end:" + code + ":tschüß");
            assertThat(duplex.channel.isOpen()).isFalse();
        }
    }

    @Test
    void closeWithoutCodeIs1005ToTheApp() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.sends(Wire.frame(0x88, ""));
            assertThat(duplex.got()).containsExactly("88:");
            assertThat(duplex.stream.told).containsExactly("end:1005:");
            assertThat(duplex.channel.isOpen()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2999, 5000, 65535})
    void codesThatMustNotBeSentAreProtocolErrors(int code) {
        refused("1002", Wire.close(code, ""));
    }

    @Test
    void lostConnectionIs1006ToTheApp() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.sends(Wire.frame(TEXT, "half a mess"));
            duplex.channel.close();
            assertThat(duplex.stream.told).containsExactly("end:1006:");
        }
    }

    @Test
    void violationsCloseWithTheCodeThatNamesThem() {
        refused("1002", new byte[] {(byte) 0x81, 1, 'a'});
        refused("1002", Wire.frame(0xC1, "a"));
        refused("1002", Wire.frame(0xA1, "a"));
        refused("1002", Wire.frame(0x91, "a"));
        refused("1002", Wire.frame(0x83, "a"));
        refused("1002", Wire.frame(0x8B, "a"));
        refused("1002", Wire.frame(0x09, "a"));
        refused("1002", Wire.frame(0x89, "x".repeat(126)));
        refused("1002", Wire.frame(0x80, "a"));
        refused("1002", Wire.frame(TEXT, "a"), Wire.text("b"));
        refused("1002", Wire.frame(0x88, "x"));
        refused("1002", new byte[] {(byte) 0x82, (byte) 0xFE, 0, 125, 0, 0, 0, 0});
        refused("1002", new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 0, 0, 1, 0});
        refused("1002", new byte[] {(byte) 0x82, (byte) 0xFF, -1, 0, 0, 0, 0, 0, 1, 0});
    }

    @Test
    void invalidUtf8Is1007AsSoonAsItIsSeen() {
        refused("1007", Wire.frame(0x81, new byte[] {(byte) 0xC0, (byte) 0xAF}));
        refused("1007", Wire.frame(0x81, new byte[] {'a', (byte) 0xE2, (byte) 0x82}));
        refused("1007", Wire.frame(TEXT, new byte[] {(byte) 0xED, (byte) 0xA0}));
        refused("1007", Wire.frame(TEXT, new byte[] {(byte) 0xF4}), Wire.frame(0, new byte[] {(byte) 0x90}));
        refused("1007", Wire.frame(0x88, new byte[] {3, (byte) 0xE8, (byte) 0xE2, (byte) 0x82}));
        byte[] unfinished = Wire.frame(0x81, new byte[] {'a', (byte) 0xFF, 'b', 'c'});
        refused("1007", Arrays.copyOf(unfinished, unfinished.length - 2));
    }

    @Test
    void tooBigIs1009BeforeItIsGathered() {
        byte[] header = Wire.frame(0x82, new byte[(1 << 20) + 1]);
        refused("1009", Arrays.copyOf(header, 14));
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.stream.credit = 1 << 21;
            duplex.sends(Wire.frame(0x82, new byte[1 << 20]));
            duplex.sends(Wire.frame(BINARY, new byte[1 << 19]), Wire.frame(0, new byte[1 << 19]));
            assertThat(duplex.stream.told).containsExactly("binary:1048576");
            duplex.sends(Arrays.copyOf(Wire.frame(0x80, new byte[1]), 6));
            assertThat(duplex.got().get(0)).startsWith("88:1009");
            assertThat(duplex.stream.told.get(1)).startsWith("end:1009");
        }
    }

    private static void refused(String code, byte[]... bytes) {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.sends(bytes);
            List<String> frames = duplex.got();
            assertThat(frames).hasSize(1);
            assertThat(frames.get(0)).startsWith("88:" + code);
            assertThat(duplex.stream.told).hasSize(1);
            assertThat(duplex.stream.told.get(0)).startsWith("end:" + code);
            assertThat(duplex.channel.isOpen()).isFalse();
        }
    }

    @Test
    void messagesBeforeAViolationStillArrive() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.stream.credit = 0;
            duplex.sends(Wire.join(Wire.text("a"), Wire.text("b"), Wire.frame(0x83, "")));
            assertThat(duplex.stream.told).isEmpty();
            duplex.stream.credit = 100;
            duplex.session.onCredit();
            assertThat(duplex.stream.told).containsExactly("text:a", "text:b", "end:1002:reserved opcode 3");
        }
    }

    @Test
    void randomBytesNeverDoMoreThanCloseIt() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            WebSocketOptions options = new WebSocketOptions(true, 1000, 4, 0, 0, true);
            try (Duplex duplex = new Duplex(options, new DeflateParameters(false, seed % 2 == 0, 15)).accepted()) {
                List<byte[]> sent = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    byte[] payload = new byte[random.nextInt(200)];
                    random.nextBytes(payload);
                    int opcode = random.nextInt(4) == 0 ? random.nextInt(256) : 0x82 | random.nextInt(2) * 0x40;
                    sent.add(random.nextInt(10) == 0 ? payload : Wire.frame(opcode, payload));
                }
                duplex.sends(sent.toArray(byte[][]::new));
                duplex.bytes().release();
            }
        }
    }

    @Test
    void longReasonIsCutBetweenCharacters() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.session.onAppClosed(4000, "ü".repeat(100));
            assertThat(duplex.got()).containsExactly("88:4000 " + "ü".repeat(61));
        }
        assertThat("ü".repeat(61).getBytes(StandardCharsets.UTF_8)).hasSize(122);
    }
}
