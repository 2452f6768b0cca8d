package corral.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlRpcReaderTest {

    @Test
    void theTypesOfTheSpecAreRead() throws Exception {
        assertThat(param("<i4> 4 </i4>")).isEqualTo(4);
        assertThat(param("<int>-4</int>")).isEqualTo(-4);
        assertThat(param("<int>3000000000</int>")).isEqualTo(3000000000L);
        assertThat(param("<boolean>1</boolean>")).isEqualTo(true);
        assertThat(param("<boolean>true</boolean>")).isEqualTo(false);
        assertThat(param("<double>1.5</double>")).isEqualTo(1.5);
        assertThat(param("<string/>")).isEqualTo("");
        assertThat(param("<dateTime.iso8601>20260101T00:00:00</dateTime.iso8601>"))
                .isEqualTo("20260101T00:00:00");
        assertThat(param("<base64>\nem/\nDqw==\n</base64>")).isEqualTo("zoë");
        assertThat(param("bare <![CDATA[<text>]]><!-- not this --> &#233;")).isEqualTo("bare <text> é");
        assertThat(param("")).isEqualTo("");
    }

    @Test
    void blanksBetweenElementsAreIgnored() throws Exception {
        assertThat(
                        param(
                                " <array> <data> <value> <struct> <member> <name>k</name> <value>v</value> </member> </struct> </value> </data> </array> "))
                .isEqualTo(List.of(Map.of("k", "v")));
    }

    @Test
    void paramsMayBeMissing() throws Exception {
        assertThat(call("<methodCall><methodName>m</methodName></methodCall>"))
                .isEqualTo(new MethodCall("m", List.of()));
    }

    @Test
    void theDeclaredEncodingIsIgnored() throws Exception {
        assertThat(
                        call("<?xml version='1.0' encoding='ISO-8859-1'?><methodCall><methodName>é</methodName></methodCall>")
                                .method())
                .isEqualTo("é");
    }

    @Test
    void aByteOrderMarkIsSkipped() throws Exception {
        assertThat(call("\uFEFF<?xml version='1.0'?><methodCall><methodName>m</methodName></methodCall>")
                        .method())
                .isEqualTo("m");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "junk",
                "<methodCall/>",
                "<methodCall><methodName/></methodCall>",
                "<methodCall><methodName>m</methodName>",
                "<methodCall><methodName>m</methodName></methodCall>x",
                "<methodCall><methodName>m</methodName><params><param/></params></methodCall>",
                "<methodCall><methodName>m</methodName><params><value>1</value></params></methodCall>",
                "<methodResponse><params/></methodResponse>"
            })
    void whatIsNoCallIsMalformed(String body) {
        assertMalformed(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<int/>",
                "<int>1.5</int>",
                "<int>99999999999999999999</int>",
                "<double>x</double>",
                "<base64>AAAAA</base64>",
                "<nil/>",
                "<int>1</int><int>2</int>",
                "<string><b/></string>",
                "<struct><member><name>k</name></member></struct>",
                "<struct><member/></struct>",
                "<array><value>1</value></array>",
                "&nosuch;",
                "&#0;"
            })
    void whatIsNoValueIsMalformed(String value) {
        assertMalformed(envelope(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<methodResponse/>", "<methodResponse><fault/></methodResponse>", "<x/>"})
    void whatIsNoResponseIsMalformed(String body) {
        assertThatThrownBy(() -> XmlRpcReader.readResponse(bytes(body))).isInstanceOf(MalformedRpcException.class);
    }

    @Test
    void aDocumentTypeIsRefused() {
        assertMalformed("<!DOCTYPE methodCall><methodCall><methodName>m</methodName></methodCall>");
    }

    @Test
    void entitiesDoNotReadFiles(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret");
        assertThatThrownBy(() -> call("<!DOCTYPE m [<!ENTITY e SYSTEM '" + secret.toUri()
                        + "'>]><methodCall><methodName>&e;</methodName></methodCall>"))
                .isInstanceOf(MalformedRpcException.class)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aBillionLaughsAreNotLaughed() {
        StringBuilder doctype = new StringBuilder("<!DOCTYPE m [<!ENTITY l0 'lol'>");
        for (int i = 1; i < 30; i++) {
            doctype.append("<!ENTITY l" + i + " '" + ("&l" + (i - 1) + ";").repeat(10) + "'>");
        }
        assertMalformed(doctype + "]><methodCall><methodName>&l29;</methodName></methodCall>");
    }

    @Test
    void nestingIsLimited() throws Exception {
        assertThat(param(nested(XmlRpcReader.MAX_DEPTH - 1))).isInstanceOf(List.class);
        assertMalformed(envelope(nested(XmlRpcReader.MAX_DEPTH)));
        assertMalformed(envelope(nested(100_000)));
    }

    @Test
    void sizeIsLimited() {
        byte[] body = new byte[XmlRpcReader.MAX_CALL_BYTES + 1];
        Arrays.fill(body, (byte) ' ');
        assertThatThrownBy(() -> XmlRpcReader.readCall(body))
                .isInstanceOf(MalformedRpcException.class)
                .hasMessageContaining("more than");
    }

    @Test
    void aWholeLogIsRead() throws Exception {
        String log = "0123456789\n".repeat(1_000_000);
        assertThat(XmlRpcReader.readResponse(XmlRpcWriter.writeResponse(log))).isEqualTo(log);
    }

    @Test
    void damagedUtf8IsMalformed() {
        byte[] body = bytes(envelope("zoé"));
        body[indexOf(body, (byte) 0xC3)] = (byte) 0xFF;
        assertThatThrownBy(() -> XmlRpcReader.readCall(body)).isInstanceOf(MalformedRpcException.class);
    }

    @Test
    void randomBytesAreOnlyMalformed() {
        Random random = new Random(4711);
        for (int i = 0; i < 2_000; i++) {
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            assertThatThrownBy(() -> XmlRpcReader.readCall(body)).isInstanceOf(MalformedRpcException.class);
        }
    }

    @Test
    void damagedCallsAreReadOrMalformed() {
        Random random = new Random(4711);
        byte[] good = XmlRpcWriter.writeCall("m.n", List.of("a & b", 1, List.of(Map.of("k", "v"))));
        for (int i = 0; i < 5_000; i++) {
            byte[] body = good.clone();
            for (int hits = random.nextInt(4); hits >= 0; hits--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = Arrays.copyOf(body, random.nextInt(body.length + 1));
            try {
                assertThat(XmlRpcReader.readCall(random.nextBoolean() ? body : cut))
                        .isNotNull();
            } catch (MalformedRpcException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    private static Object param(String value) throws MalformedRpcException {
        return call(envelope(value)).params().get(0);
    }

    private static String envelope(String value) {
        return "<?xml version='1.0'?><methodCall><methodName>m</methodName><params><param><value>" + value
                + "</value></param></params></methodCall>";
    }

    private static String nested(int depth) {
        return "<array><data><value>".repeat(depth) + "</value></data></array>".repeat(depth);
    }

    private static MethodCall call(String body) throws MalformedRpcException {
        return XmlRpcReader.readCall(bytes(body));
    }

    private static void assertMalformed(String body) {
        assertThatThrownBy(() -> call(body)).isInstanceOf(MalformedRpcException.class);
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    private static int indexOf(byte[] bytes, byte wanted) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw new AssertionError("no such byte");
    }
}
