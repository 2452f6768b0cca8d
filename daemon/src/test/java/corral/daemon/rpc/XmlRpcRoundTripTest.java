package corral.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class XmlRpcRoundTripTest {

    @Test
    void everyTypeSurvivesTheWayThroughACall() throws Exception {
        List<Object> params = List.of(
                "text",
                7,
                -1,
                1L << 40,
                true,
                false,
                1.5,
                List.of(),
                List.of(1, List.of("a")),
                Map.of("k", List.of(2)));

        MethodCall call = XmlRpcReader.readCall(XmlRpcWriter.writeCall("a.b", params));

        assertThat(call).isEqualTo(new MethodCall("a.b", params));
    }

    @Test
    void everyTypeSurvivesTheWayThroughAResponse() throws Exception {
        for (Object value : List.of("", 0, true, Map.of(), List.of(Map.of("name", "x", "status", 80)))) {
            assertThat(XmlRpcReader.readResponse(XmlRpcWriter.writeResponse(value)))
                    .isEqualTo(value);
        }
    }

    @Test
    void aLongThatFitsIsAnInt() {
        assertThat(text(XmlRpcWriter.writeResponse(5L))).contains("<int>5</int>");
        assertThat(text(XmlRpcWriter.writeResponse(Integer.MAX_VALUE + 1L))).contains("<i8>2147483648</i8>");
    }

    @Test
    void bytesAreBase64AndComeBackAsText() throws Exception {
        byte[] body = XmlRpcWriter.writeCall("m", List.of("zoë".getBytes(StandardCharsets.UTF_8)));

        assertThat(text(body)).contains("<base64>em/Dqw==</base64>");
        assertThat(XmlRpcReader.readCall(body).params()).containsExactly("zoë");
    }

    @Test
    void markupLineEndsAndWideCharactersSurvive() throws Exception {
        String text = "<a href=\"x\">&amp; ]]> \r\n\r\t\n zoë \uD83D\uDC34 \u0085\u2028";

        assertThat(XmlRpcReader.readResponse(XmlRpcWriter.writeResponse(text))).isEqualTo(text);
    }

    @Test
    void whatXmlCannotCarryIsReplaced() throws Exception {
        String text = "\u0000a\u001b[31m\uFFFE\uFFFF\uD83D\uDC34\uD83Dx\uDC34\uD83D";

        assertThat(XmlRpcReader.readResponse(XmlRpcWriter.writeResponse(text)))
                .isEqualTo("\uFFFDa\uFFFD[31m\uFFFD\uFFFD\uD83D\uDC34\uFFFDx\uFFFD\uFFFD");
    }

    @Test
    void aReplyIsWrittenAsPythonWritesIt() {
        assertThat(text(XmlRpcWriter.writeResponse(true))).isEqualTo("""
                        <?xml version='1.0'?>
                        <methodResponse>
                        <params>
                        <param>
                        <value><boolean>1</boolean></value>
                        </param>
                        </params>
                        </methodResponse>
                        """);
    }

    @Test
    void aFaultIsThrown() {
        byte[] body = XmlRpcWriter.writeFault(10, "BAD_NAME: x");

        assertThatThrownBy(() -> XmlRpcReader.readResponse(body)).isInstanceOfSatisfying(RpcFault.class, fault -> {
            assertThat(fault.is(Fault.BAD_NAME)).isTrue();
            assertThat(fault.faultString()).isEqualTo("BAD_NAME: x");
            assertThat(fault.getStackTrace()).isEmpty();
        });
    }

    @Test
    void aFaultTextIsItsNameAndDetail() {
        assertThat(new RpcFault(Fault.SHUTDOWN_STATE).faultString()).isEqualTo("SHUTDOWN_STATE");
        assertThat(new RpcFault(Fault.BAD_NAME, "x").faultString()).isEqualTo("BAD_NAME: x");
    }

    @Test
    void aValueWithoutATypeIsTheCallersMistake() {
        assertThatThrownBy(() -> XmlRpcWriter.writeResponse(new Object())).isInstanceOf(IllegalArgumentException.class);
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
