package corral.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner reads what the JDK's parser reads, and refuses at least what matters. */
class ScannedEventsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "",
                " a\r\nb\rc&#13;\n ",
                "&amp;&lt;&gt;&quot;&apos;&#65;&#x42;&#128052;",
                "a<!-- x > y -->b<?pi ?>c<![CDATA[<&\r\n]]]>d",
                "<string/>",
                "<string a='>' b=\"/\">x</string >",
                "<array ><data/></array>",
                "\uD83D\uDC34 zoë"
            })
    void whatTheParserReadsTheScannerReadsAlike(String value) throws Exception {
        assertThat(scanned(envelope(value))).isEqualTo(parsed(envelope(value)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "&nosuch;",
                "&amp",
                "&#0;",
                "&#xD800;",
                "&#99999999999;",
                "&#x110000;",
                "\u0001",
                "\uFFFF",
                "<string>",
                "</string>",
                "<string></int>",
                "<string",
                "< string/>",
                "<string <b/>",
                "<!-- ",
                "<![CDATA[",
                "<!DOCTYPE x>",
                "<string/ >"
            })
    void whatIsNotWellFormedIsRefused(String value) {
        assertThatThrownBy(() -> scanned(envelope(value))).isInstanceOf(MalformedRpcException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "<a/><b/>", "<a/>x", "</a>", "<!DOCTYPE a><a/>", "<![CDATA[x]]><a/>", "<a>"})
    void aDocumentHasOneRoot(String document) {
        assertThatThrownBy(() -> scanned(document)).isInstanceOf(MalformedRpcException.class);
    }

    @Test
    void onDamagedInputBothAgreeWhereverBothRead() {
        Random random = new Random(4711);
        byte[] good = XmlRpcWriter.writeCall("m.n", List.of("a & b", 1, List.of(Map.of("k", "v"))));
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] body = good.clone();
            for (int hits = random.nextInt(3); hits >= 0; hits--) {
                body[random.nextInt(body.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(128) : "<>&/! ".charAt(random.nextInt(6)));
            }
            String document = new String(body, StandardCharsets.ISO_8859_1);
            Optional<MethodCall> parsed = attempt(new Reading(true, document));
            Optional<MethodCall> scanned = attempt(new Reading(false, document));
            if (parsed.isPresent()) {
                assertThat(scanned).as(document).isEqualTo(parsed);
                read++;
            }
        }
        assertThat(read).isPositive();
    }

    private record Reading(boolean parser, String document) {}

    private static Optional<MethodCall> attempt(Reading reading) {
        try {
            return Optional.of(reading.parser() ? parsed(reading.document()) : scanned(reading.document()));
        } catch (MalformedRpcException e) {
            return Optional.empty();
        }
    }

    private static MethodCall parsed(String document) throws MalformedRpcException {
        return new XmlRpcParser(new StaxEvents(document)).call();
    }

    private static MethodCall scanned(String document) throws MalformedRpcException {
        return new XmlRpcParser(new ScannedEvents(document)).call();
    }

    private static String envelope(String value) {
        return "<?xml version='1.0'?><methodCall><methodName>m</methodName><params><param><value>" + value
                + "</value></param></params></methodCall>";
    }
}
