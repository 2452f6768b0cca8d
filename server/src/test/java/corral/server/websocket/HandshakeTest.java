package corral.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.exchange.RequestHead;
import corral.server.frames.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The opening handshake (RFC 6455 4). */
class HandshakeTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static RequestHead upgrade(String... more) {
        List<String> headers =
                new ArrayList<>(List.of("Host", "a", "Upgrade", "WebSocket", "Connection", "keep-alive, upgrade"));
        headers.addAll(List.of(more));
        return Heads.get(headers.toArray(String[]::new));
    }

    @Test
    void upgradeIsAskedForInAnyCaseAndAmongOthers() {
        assertThat(Handshake.isAskedForBy(upgrade())).isTrue();
        assertThat(Handshake.isAskedForBy(Heads.get("Upgrade", "websocket", "Connection", "Upgrade")))
                .isTrue();
        assertThat(Handshake.isAskedForBy(
                        Heads.get("Upgrade", "h2c, websocket", "Connection", "close", "Connection", "x ,\tUPGRADE")))
                .isTrue();
        assertThat(Handshake.isAskedForBy(upgrade("Content-Length", "0"))).isTrue();
    }

    @Test
    void whatIsNoUpgradeStaysHttp() {
        String[] headers = {"Upgrade", "websocket", "Connection", "Upgrade"};
        assertThat(Handshake.isAskedForBy(Heads.of("POST", 1, headers))).isFalse();
        assertThat(Handshake.isAskedForBy(Heads.of("GET", 0, headers))).isFalse();
        assertThat(Handshake.isAskedForBy(Heads.get("Upgrade", "websocket"))).isFalse();
        assertThat(Handshake.isAskedForBy(Heads.get("Connection", "upgrade"))).isFalse();
        assertThat(Handshake.isAskedForBy(Heads.get("Upgrade", "h2c", "Connection", "Upgrade, HTTP2-Settings")))
                .isFalse();
        assertThat(Handshake.isAskedForBy(upgrade("Content-Length", "5"))).isFalse();
        assertThat(Handshake.isAskedForBy(upgrade("Transfer-Encoding", "chunked")))
                .isFalse();
    }

    @Test
    void otherVersionsAreRefusedWith426() {
        assertThat(Handshake.refusal(upgrade("Sec-WebSocket-Key", KEY))).isEqualTo(426);
        assertThat(Handshake.refusal(upgrade("Sec-WebSocket-Key", KEY, "Sec-WebSocket-Version", "8")))
                .isEqualTo(426);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "abc", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=!", "dGhlIHNhbXBsZSBub25jZXh4"})
    void badKeysAreRefusedWith400(String key) {
        assertThat(Handshake.refusal(upgrade("Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", key)))
                .isEqualTo(400);
    }

    @Test
    void missingAndDifferentKeysAreRefusedWith400() {
        assertThat(Handshake.refusal(upgrade("Sec-WebSocket-Version", "13"))).isEqualTo(400);
        String other = "AAAAAAAAAAAAAAAAAAAAAA==";
        assertThat(Handshake.refusal(
                        upgrade("Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", KEY, "Sec-WebSocket-Key", other)))
                .isEqualTo(400);
        assertThat(Handshake.refusal(upgrade("Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", KEY)))
                .isZero();
    }

    @Test
    void subprotocolsOfAllLinesAreOffered() {
        assertThat(Handshake.subprotocols(upgrade("Sec-WebSocket-Protocol", " a, b,,", "Sec-WebSocket-Protocol", "c")))
                .containsExactly("a", "b", "c");
        assertThat(Handshake.subprotocols(upgrade())).isEmpty();
    }

    @Test
    void responseProvesThatTheKeyWasRead() {
        RequestHead head = upgrade("Sec-WebSocket-Key", KEY, "Sec-WebSocket-Extensions", "permessage-deflate");
        // The example of RFC 6455 1.3.
        assertThat(Handshake.of(head, false).accept()).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(Handshake.of(head, false).deflate()).isNull();
        assertThat(Handshake.of(head, true).deflate()).isNotNull();
    }

    @Test
    void appsHeadersAreAddedButForTheHandshakesOwn() {
        ByteBuf out = Unpooled.buffer();
        Handshake.of(upgrade("Sec-WebSocket-Key", KEY, "Sec-WebSocket-Extensions", "permessage-deflate"), true)
                .write(
                        out,
                        null,
                        ResponseHead.of(
                                0,
                                "Set-Cookie",
                                "a=b",
                                "Sec-WebSocket-Protocol",
                                "x",
                                "Content-Length",
                                "3",
                                "X-Y",
                                "z"));
        assertThat(out.toString(StandardCharsets.US_ASCII))
                .endsWith("=\r\nSec-WebSocket-Extensions: permessage-deflate\r\nSet-Cookie: a=b\r\nX-Y: z\r\n");
        out.release();
    }

    @Test
    void subprotocolThatWouldBreakTheResponseIsNotAcceptable() {
        assertThat(WebSockets.acceptable(null)).isTrue();
        assertThat(WebSockets.acceptable("graphql-ws")).isTrue();
        assertThat(WebSockets.acceptable("a\r\nb")).isFalse();
        assertThat(WebSockets.acceptable("")).isFalse();
        assertThat(WebSockets.acceptable("ä")).isFalse();
    }
}
