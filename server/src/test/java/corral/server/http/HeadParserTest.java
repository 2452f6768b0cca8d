package corral.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.exchange.RequestHead;
import corral.server.options.FrontArguments;
import corral.server.options.ServerOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Request heads, RFC 9112, and what is refused of them. {@code ¶} stands for CR LF, {@code ␊} for LF, {@code ␍} for CR, {@code ␀} for NUL, {@code ⇥} for a tab. */
class HeadParserTest {

    private static HeadParser parser(String... flags) {
        List<String> arguments = new ArrayList<>(List.of("--bind=fd://3", "--worker-socket=fd://4"));
        arguments.addAll(List.of(flags));
        ServerOptions options = ((FrontArguments.Run) FrontArguments.parse(arguments, Map.of(), false)).options();
        return new HeadParser(options.http(), options.limits(), options.proxy());
    }

    private static ByteBuf bytes(String text) {
        String plain = text.replace("¶", "\r\n")
                .replace('␊', '\n')
                .replace('␍', '\r')
                .replace('␀', '\0')
                .replace('⇥', '\t');
        return Unpooled.copiedBuffer(plain, StandardCharsets.ISO_8859_1);
    }

    private static int status(HeadParser parser, String text) {
        ByteBuf in = bytes(text);
        try {
            return parser.parse(in, false) == null ? 0 : 200;
        } catch (RequestError e) {
            return e.status();
        } finally {
            in.release();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "200|GET / HTTP/1.1¶Host: a¶¶",
                "200|GET / HTTP/1.0¶¶",
                "200|¶¶GET / HTTP/1.1¶Host: a¶¶",
                "400|¶¶¶GET / HTTP/1.1¶Host: a¶¶",
                "200|FROB / HTTP/1.1¶Host: a¶¶",
                "400|get / HTTP/1.1¶Host: a¶¶",
                "400|G / HTTP/1.1¶Host: a¶¶",
                "400|G@T / HTTP/1.1¶Host: a¶¶",
                "400|GET  / HTTP/1.1¶Host: a¶¶",
                "400|GET⇥/ HTTP/1.1¶Host: a¶¶",
                "400|GET / HTTP/1.1 ¶Host: a¶¶",
                "400|GET /a b HTTP/1.1¶Host: a¶¶",
                "400|GET /¶Host: a¶¶",
                "400|GET / http/1.1¶Host: a¶¶",
                "400|GET / HTTP/01.1¶Host: a¶¶",
                "400|GET / HTTP/1.2¶Host: a¶¶",
                "505|GET / HTTP/2.0¶Host: a¶¶",
                "400|PRI * HTTP/2.0¶¶SM¶¶",
                "400|GET / HTTP/1.1␊Host: a␊␊",
                "400|GET / HTTP/1.1¶Host: a␊¶",
                "400|GET / HTTP/1.1¶Host: a␍b¶¶",
                "400|GET / HTTP/1.1¶Host : a¶¶",
                "400|GET / HTTP/1.1¶ Host: a¶¶",
                "400|GET / HTTP/1.1¶Host: a¶X: 1¶ 2¶¶",
                "400|GET / HTTP/1.1¶Host: a¶nocolon¶¶",
                "400|GET / HTTP/1.1¶Host: a¶: empty¶¶",
                "400|GET / HTTP/1.1¶Host: a¶X␀: 1¶¶",
                "400|GET / HTTP/1.1¶Host: a¶X: ␀¶¶",
                "200|GET / HTTP/1.1¶Host: a¶X: \u00e9⇥y¶¶",
                "400|GET /␀ HTTP/1.1¶Host: a¶¶",
                "400|GET /\u00e9 HTTP/1.1¶Host: a¶¶",
                "400|GET /a#b HTTP/1.1¶Host: a¶¶",
                "400|GET / HTTP/1.1¶¶",
                "400|GET / HTTP/1.1¶Host: a¶Host: a¶¶",
                "400|GET / HTTP/1.1¶Host: a b/c¶¶",
                "200|GET http://b/x HTTP/1.1¶Host: a¶¶",
                "400|GET ftp://b/x HTTP/1.1¶Host: a¶¶",
                "400|GET http://u@b/x HTTP/1.1¶Host: a¶¶",
                "200|OPTIONS * HTTP/1.1¶Host: a¶¶",
                "400|GET * HTTP/1.1¶Host: a¶¶",
                "400|GET host:443 HTTP/1.1¶Host: a¶¶",
                "400|GET foo HTTP/1.1¶Host: a¶¶",
                "405|CONNECT h:443 HTTP/1.1¶Host: a¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Content-Length: 1¶Transfer-Encoding: chunked¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Transfer-Encoding: chunked¶Content-Length: 1¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Transfer-Encoding: chunked, chunked¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Transfer-Encoding: chunked¶Transfer-Encoding: chunked¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Transfer-Encoding: identity¶¶",
                "501|POST / HTTP/1.1¶Host: a¶Transfer-Encoding: gzip, chunked¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Transfer-Encoding: chunked, gzip¶¶",
                "501|POST / HTTP/1.1¶Host: a¶Transfer-Encoding: xchunked¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Transfer-Encoding: ¶¶",
                "400|POST / HTTP/1.0¶Transfer-Encoding: chunked¶¶",
                "200|POST / HTTP/1.1¶Host: a¶Transfer-Encoding:⇥CHUNKED ¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Content-Length: 1¶Content-Length: 1¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Content-Length: 2, 2¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Content-Length: +2¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Content-Length: 1_0¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Content-Length: -1¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Content-Length: ¶¶",
                "200|POST / HTTP/1.1¶Host: a¶Content-Length: 0002¶¶",
                "400|POST / HTTP/1.1¶Host: a¶Content-Length: 10000000000000000000000¶¶",
                "417|POST / HTTP/1.1¶Host: a¶Expect: foo¶¶",
                "0|GET / HTTP/1.1¶Host: a¶",
                "0|GET / HTTP/1.1¶Host: a¶␍",
                "0|GE",
                "0|¶"
            })
    void headIsTakenRefusedOrIncomplete(int status, String head) {
        assertThat(status(parser(), head)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--permit-obsolete-folding=true|200|GET / HTTP/1.1¶Host: a¶X: 1¶ 2¶¶",
                "--strip-header-spaces=true|200|GET / HTTP/1.1¶Host : a¶¶",
                "--permit-unconventional-http-method=true|200|get / HTTP/1.1¶Host: a¶¶",
                "--permit-unconventional-http-version=true|200|GET / HTTP/1.7¶Host: a¶¶",
                "--header-map=refuse|400|GET / HTTP/1.1¶Host: a¶X_A: 1¶¶",
                "--header-map=drop|200|GET / HTTP/1.1¶Host: a¶X_A: 1¶¶",
                "--strict-target=false|200|GET /é HTTP/1.1¶Host: a¶¶",
                "--limit-request-line=20|414|GET /1234567890123 HTTP/1.1¶Host: a¶¶",
                "--limit-request-line=20|414|GET /123456789012345678901",
                "--limit-request-fields=1|431|GET / HTTP/1.1¶Host: a¶X: 1¶¶",
                "--limit-request-field-size=10|431|GET / HTTP/1.1¶Host: a¶X: 12345678¶¶",
                "--limit-request-head=64|431|GET / HTTP/1.1¶Host: a¶A: 1234567890¶B: 1234567890¶C: 1234567890¶¶"
            })
    void optionsChangeWhatIsAllowed(String flag, int status, String head) {
        assertThat(status(parser(flag), head)).isEqualTo(status);
    }

    @Test
    void partsOfAHeadAreFound() throws Exception {
        ByteBuf in = bytes("¶PUT /a%20b/c?x=1?y HTTP/1.1¶HOST: a:80¶X-Twice:1¶x-TWICE: \t2 ¶¶rest");
        RequestHead head = parser().parse(in, false);
        assertThat(head.method()).isEqualTo("PUT");
        assertThat(head.target()).isEqualTo("/a%20b/c?x=1?y");
        assertThat(head.rawPath()).isEqualTo("/a%20b/c");
        assertThat(head.query()).isEqualTo("x=1?y");
        assertThat(head.minorVersion()).isEqualTo(1);
        assertThat(head.headerCount()).isEqualTo(3);
        assertThat(head.name(1)).isEqualTo("x-twice");
        assertThat(head.header("x-twice")).isEqualTo("1");
        assertThat(head.lastHeader("x-twice")).isEqualTo("2");
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("rest");
    }

    @Test
    void authorityOfAnAbsoluteTargetReplacesHost() throws Exception {
        RequestHead head = parser().parse(bytes("GET http://b:81?q HTTP/1.1¶Host: a¶¶"), false);
        assertThat(head.header("host")).isEqualTo("b:81");
        assertThat(head.rawPath()).isEmpty();
        assertThat(head.query()).isEqualTo("q");
    }

    @Test
    void headIsTheSameWhereverItIsCut() throws Exception {
        String text = "POST /x?y HTTP/1.1¶Host: a¶Content-Length: 3¶Connection: keep-alive, Upgrade¶¶";
        byte[] all = bytes(text).array().clone();
        HeadParser parser = parser();
        int length = bytes(text).readableBytes();
        for (int cut = 0; cut < length; cut++) {
            ByteBuf in = Unpooled.buffer().writeBytes(all, 0, cut);
            assertThat(parser.parse(in, false)).as("cut at %d", cut).isNull();
            in.writeBytes(all, cut, length - cut);
            RequestHead head = parser.parse(in, false);
            assertThat(head.rawPath()).isEqualTo("/x");
            assertThat(parser.headers().contentLength()).isEqualTo(3);
            assertThat(parser.headers().keepAlive()).isTrue();
        }
    }

    /** Whatever arrives, it is a head, part of one, or refused. */
    @Test
    void mutatedHeadsNeverBreakTheParser() {
        Random random = new Random(9112);
        HeadParser parser = parser();
        String seed = "POST /a%20?b=c HTTP/1.1¶Host: a:80¶Transfer-Encoding: chunked¶Connection: close¶X-Y: z¶¶";
        for (int i = 0; i < 50_000; i++) {
            ByteBuf in = bytes(seed);
            for (int change = random.nextInt(5); change >= 0; change--) {
                in.setByte(random.nextInt(in.readableBytes()), random.nextInt(256));
            }
            in.writerIndex(random.nextInt(in.readableBytes()) + 1);
            try {
                RequestHead head = parser.parse(in, false);
                assertThat(head == null || head.headerCount() >= 0).isTrue();
            } catch (RequestError e) {
                assertThat(e.status()).isBetween(400, 505);
            }
            in.release();
        }
    }
}
