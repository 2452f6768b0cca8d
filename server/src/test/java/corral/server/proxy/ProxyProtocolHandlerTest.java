package corral.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.http.ProxiedClient;
import corral.server.http.ProxyRefusal;
import corral.server.options.ProxyOptions.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyProtocolHandlerTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\n\r\n";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String FOUR_ADDRESSES = "c0000201" + "c6336401" + "1f90" + "01bb";

    private Protocol protocol = Protocol.AUTO;
    private List<String> allowed = List.of("127.0.0.1");
    private boolean secure;

    /** What came out. */
    private record Outcome(List<Object> events, String bytes, boolean open) {}

    private Outcome pass(byte[] input, int piece) {
        List<Object> events = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), 99);
            }
        };
        channel.pipeline()
                .addLast(
                        new ProxyProtocolHandler(protocol, TrustedAddresses.of(allowed, true), secure),
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                                events.add(event);
                            }
                        });
        for (int at = 0; at < input.length; at += piece) {
            channel.writeInbound(Unpooled.copiedBuffer(input, at, Math.min(piece, input.length - at)));
        }
        StringBuilder bytes = new StringBuilder();
        for (ByteBuf out = channel.readInbound(); out != null; out = channel.readInbound()) {
            bytes.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        boolean open = channel.isOpen();
        channel.finishAndReleaseAll();
        return new Outcome(events, bytes.toString(), open);
    }

    /** The same in one piece, byte by byte, and in pieces between. */
    private Outcome passAnyhow(byte[] input) {
        Outcome whole = pass(input, input.length);
        for (int piece = 1; piece < input.length; piece++) {
            assertThat(pass(input, piece)).as("pieces of " + piece).isEqualTo(whole);
        }
        return whole;
    }

    private Outcome text(String header) {
        return passAnyhow((header + REQUEST).getBytes(StandardCharsets.ISO_8859_1));
    }

    private Outcome binary(String hex) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex(SIGNATURE + hex));
        out.writeBytes(REQUEST.getBytes(StandardCharsets.ISO_8859_1));
        return passAnyhow(out.toByteArray());
    }

    private static Outcome client(ProxiedClient client) {
        return new Outcome(List.of(client), REQUEST, true);
    }

    private static final Outcome UNCHANGED = new Outcome(List.of(), REQUEST, true);

    @Test
    void connectionsWithoutAHeaderGoOn() {
        assertThat(text("")).isEqualTo(UNCHANGED);
        assertThat(text("\r\n").bytes()).isEqualTo("\r\n" + REQUEST);
        assertThat(text("\r\n\r\n").bytes()).isEqualTo("\r\n\r\n" + REQUEST);
        assertThat(passAnyhow("POST / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                        .bytes())
                .isEqualTo("POST / HTTP/1.1\r\n\r\n");
    }

    @Test
    void versionOneNamesTheClient() {
        assertThat(text("PROXY TCP4 192.0.2.1 198.51.100.1 8080 443\r\n"))
                .isEqualTo(client(new ProxiedClient("TCP4", "192.0.2.1", 8080, "198.51.100.1", 443)));
        assertThat(text("PROXY TCP6 2001:db8::1 2001:db8::2 8080 443\r\n"))
                .isEqualTo(client(new ProxiedClient("TCP6", "2001:db8::1", 8080, "2001:db8::2", 443)));
    }

    @Test
    void versionTwoNamesTheClient() {
        assertThat(binary("2111000c" + FOUR_ADDRESSES))
                .isEqualTo(client(new ProxiedClient("TCP4", "192.0.2.1", 8080, "198.51.100.1", 443)));
        assertThat(binary("21210024" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002"
                        + "1f9001bb"))
                .isEqualTo(client(new ProxiedClient("TCP6", "2001:db8::1", 8080, "2001:db8::2", 443)));
    }

    @Test
    void whatFollowsTheAddressesIsSkipped() {
        assertThat(binary("21110013" + FOUR_ADDRESSES + "03000466666666"))
                .isEqualTo(client(new ProxiedClient("TCP4", "192.0.2.1", 8080, "198.51.100.1", 443)));
    }

    @Test
    void localAndUnknownKeepTheRealPeer() {
        assertThat(text("PROXY UNKNOWN\r\n")).isEqualTo(UNCHANGED);
        assertThat(text("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n")).isEqualTo(UNCHANGED);
        assertThat(binary("20000000")).isEqualTo(UNCHANGED);
        assertThat(binary("2011000c" + FOUR_ADDRESSES)).isEqualTo(UNCHANGED);
        assertThat(binary("21000000")).isEqualTo(UNCHANGED);
    }

    @Test
    void strangersAreForbiddenToSendOne() {
        allowed = List.of("10.0.0.0/8");

        Outcome outcome = text("PROXY TCP4 192.0.2.1 198.51.100.1 8080 443\r\n");
        assertThat(outcome.events())
                .containsExactly(new ProxyRefusal(403, "a PROXY header of a peer that is not in proxy_allow_ips"));
        assertThat(outcome.bytes()).isEmpty();
        assertThat(text("")).isEqualTo(UNCHANGED);
    }

    @Test
    void badHeadersAreRefused() {
        for (String header : List.of(
                "PROXY TCP4 192.0.2.1 198.51.100.1 8080\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 8080 443 9\r\n",
                "PROXY TCP4 192.0.2.1  198.51.100.1 8080 443\r\n",
                "PROXY TCP4 2001:db8::1 198.51.100.1 8080 443\r\n",
                "PROXY TCP6 192.0.2.1 198.51.100.1 8080 443\r\n",
                "PROXY TCP4 192.0.2.256 198.51.100.1 8080 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 65536 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 -1 443\r\n",
                "PROXY UDP4 192.0.2.1 198.51.100.1 8080 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 8080 443\n",
                "PROXY " + "x".repeat(100) + "\r\n")) {
            assertRefused(text(header), header);
        }
        for (String hex : List.of("1111000c", "3111000c", "2211000c", "2112000c", "2131000c", "21110008", "2121000c")) {
            assertRefused(binary(hex + FOUR_ADDRESSES), hex);
        }
    }

    private static void assertRefused(Outcome outcome, String header) {
        assertThat(outcome.events()).as(header).hasSize(1);
        assertThat(((ProxyRefusal) outcome.events().get(0)).status()).isEqualTo(400);
        assertThat(outcome.bytes()).isEmpty();
    }

    @Test
    void beforeTlsTheConnectionIsClosedInstead() {
        secure = true;

        Outcome outcome = pass("PROXY TCP4\r\n".getBytes(StandardCharsets.US_ASCII), 100);
        assertThat(outcome).isEqualTo(new Outcome(List.of(), "", false));
    }

    @Test
    void theOtherVersionIsNoHeader() {
        protocol = Protocol.V2;
        assertThat(text("PROXY UNKNOWN\r\n").bytes()).isEqualTo("PROXY UNKNOWN\r\n" + REQUEST);
        protocol = Protocol.V1;
        assertThat(binary("20000000").bytes()).endsWith(REQUEST).hasSizeGreaterThan(REQUEST.length());
    }
}
