package corral.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.http.Client;
import corral.server.options.HttpOptions.NameValue;
import corral.server.options.ProxyOptions;
import corral.server.options.ProxyOptions.Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForwardedHeadersTest {
    private static final Client PEER = new Client("127.0.0.1", 4000, "http");
    private static final SocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4000);
    private static final List<NameValue> GUNICORN = List.of(
            new NameValue("x-forwarded-protocol", "ssl"),
            new NameValue("x-forwarded-proto", "https"),
            new NameValue("x-forwarded-ssl", "on"));

    private Headers which = Headers.UVICORN;
    private List<String> trusted = List.of("127.0.0.1", "10.0.0.0/8");
    private List<NameValue> secure = List.of();
    private SocketAddress peer = LOCAL;

    private Client resolve(String... headers) {
        ProxyOptions options =
                new ProxyOptions(ProxyOptions.Protocol.OFF, List.of(), trusted, which, secure, List.of());
        return new ForwardedHeaders(options, TrustedAddresses.of(trusted, false))
                .resolve(Heads.with(headers), peer, PEER);
    }

    private static Client client(String host, int port, String scheme) {
        return new Client(host, port, scheme);
    }

    @Test
    void otherHeadersChangeNothing() {
        assertThat(resolve("x-forwarded-host: evil", "x-forwarded-port: 1", "x-requested-with: y"))
                .isSameAs(PEER);
    }

    @Test
    void strangersAreNotHeard() {
        trusted = List.of("10.0.0.0/8");

        assertThat(resolve("x-forwarded-for: 1.2.3.4", "x-forwarded-proto: https"))
                .isSameAs(PEER);
    }

    @Test
    void theFirstUntrustedFromTheRightIsTheClient() {
        assertThat(resolve("x-forwarded-for: 9.9.9.9, 1.2.3.4, 10.0.0.1")).isEqualTo(client("1.2.3.4", 0, "http"));
        assertThat(resolve("x-forwarded-for: 9.9.9.9", "x-forwarded-for: 1.2.3.4,10.1.1.1 , 10.0.0.1"))
                .isEqualTo(client("1.2.3.4", 0, "http"));
    }

    @Test
    void ifAllAreTrustedTheFirstIsTheClient() {
        assertThat(resolve("x-forwarded-for: 10.0.0.3, 10.0.0.2")).isEqualTo(client("10.0.0.3", 0, "http"));
    }

    @Test
    void ifEverybodyIsTrustedTheLeftMostIsTheClient() {
        trusted = List.of("*");

        assertThat(resolve("x-forwarded-for: 9.9.9.9:80, 1.2.3.4")).isEqualTo(client("9.9.9.9", 80, "http"));
        assertThat(resolve("x-forwarded-for: 9.9.9.9")).isEqualTo(client("9.9.9.9", 0, "http"));
    }

    @Test
    void entriesMayHavePorts() {
        assertThat(resolve("x-forwarded-for: 1.2.3.4:567")).isEqualTo(client("1.2.3.4", 567, "http"));
        assertThat(resolve("x-forwarded-for: [2001:db8::1]:567")).isEqualTo(client("2001:db8::1", 567, "http"));
        assertThat(resolve("x-forwarded-for: [2001:db8::1]")).isEqualTo(client("2001:db8::1", 0, "http"));
        assertThat(resolve("x-forwarded-for: 2001:db8::1")).isEqualTo(client("2001:db8::1", 0, "http"));
        assertThat(resolve("x-forwarded-for: 1.2.3.4:99999")).isEqualTo(client("1.2.3.4", 0, "http"));
        assertThat(resolve("x-forwarded-for: 1.2.3.4, 10.0.0.1:80")).isEqualTo(client("1.2.3.4", 0, "http"));
    }

    @Test
    void anEmptyListSaysNothing() {
        assertThat(resolve("x-forwarded-for: ")).isEqualTo(PEER);
        assertThat(resolve("x-forwarded-for: 1.2.3.4,")).isEqualTo(PEER);
    }

    @Test
    void theLastProtoIsTheSchemeIfItIsOne() {
        assertThat(resolve("x-forwarded-proto: https").scheme()).isEqualTo("https");
        assertThat(resolve("x-forwarded-proto: https", "x-forwarded-proto: http")
                        .scheme())
                .isEqualTo("http");
        assertThat(resolve("x-forwarded-proto: wss").scheme()).isEqualTo("https");
        assertThat(resolve("x-forwarded-proto: https,http").scheme()).isEqualTo("http");
        assertThat(resolve("x-forwarded-proto: HTTPS").scheme()).isEqualTo("http");
    }

    @Test
    void gunicornsHeadersVoteOnTheSchemeOnly() {
        which = Headers.SCHEME;
        secure = GUNICORN;

        assertThat(resolve("x-forwarded-proto: https", "x-forwarded-for: 1.2.3.4"))
                .isEqualTo(client("127.0.0.1", 4000, "https"));
        assertThat(resolve("x-forwarded-ssl: ON").scheme()).isEqualTo("http");
        assertThat(resolve("x-forwarded-ssl: on", "x-forwarded-protocol: ssl").scheme())
                .isEqualTo("https");
    }

    @Test
    void contradictorySchemeHeadersAreRefused() {
        which = Headers.SCHEME;
        secure = GUNICORN;

        assertThat(resolve("x-forwarded-ssl: on", "x-forwarded-proto: http")).isNull();
        assertThat(resolve("x-forwarded-proto: https", "x-forwarded-proto: http"))
                .isNull();
    }

    @Test
    void offReadsNothing() {
        which = Headers.OFF;
        secure = GUNICORN;

        assertThat(resolve("x-forwarded-ssl: on", "x-forwarded-for: 1.2.3.4")).isSameAs(PEER);
    }

    @Test
    void forwardedIsReadOnlyWhereAskedFor() {
        assertThat(resolve("forwarded: for=1.2.3.4;proto=https")).isSameAs(PEER);
        which = Headers.FORWARDED;
        assertThat(resolve("forwarded: for=1.2.3.4;proto=https")).isEqualTo(client("1.2.3.4", 0, "https"));
        assertThat(resolve("x-forwarded-for: 1.2.3.4", "x-forwarded-proto: https"))
                .isEqualTo(client("1.2.3.4", 0, "https"));
    }

    @Test
    void forwardedElementsAreReadAsTheRfcWritesThem() {
        which = Headers.FORWARDED;

        assertThat(resolve("forwarded: For=\"[2001:db8:cafe::17]:4711\"; PROTO=https ;by=203.0.113.43"))
                .isEqualTo(client("2001:db8:cafe::17", 4711, "https"));
        assertThat(resolve("forwarded: for=9.9.9.9;proto=https, for=1.2.3.4;proto=http;by=x , for=10.0.0.1"))
                .isEqualTo(client("1.2.3.4", 0, "http"));
        assertThat(resolve("forwarded: for=9.9.9.9", "forwarded: for=\"1.2.\\3.4\""))
                .isEqualTo(client("1.2.3.4", 0, "http"));
        assertThat(resolve("forwarded: for=_hidden;proto=https")).isEqualTo(client("127.0.0.1", 4000, "https"));
        assertThat(resolve("forwarded: for=unknown")).isEqualTo(PEER);
    }

    @Test
    void malformedForwardedHeadersAreRefused() {
        which = Headers.FORWARDED;

        for (String value : List.of("for=\"1.2.3.4", "for", "for=", "=x", "for=1.2.3.4 proto=http", "")) {
            assertThat(resolve("forwarded: " + value)).as(value).isNull();
        }
    }

    @Test
    void aForwardedHeaderThatContradictsTheOthersIsRefused() {
        which = Headers.FORWARDED;

        assertThat(resolve("forwarded: for=1.2.3.4", "x-forwarded-for: 1.2.3.4"))
                .isEqualTo(client("1.2.3.4", 0, "http"));
        assertThat(resolve("forwarded: for=6.6.6.6", "x-forwarded-for: 1.2.3.4"))
                .isNull();
        assertThat(resolve("forwarded: proto=http", "x-forwarded-proto: https")).isNull();
    }
}
