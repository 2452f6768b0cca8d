package corral.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies in their framing, RFC 9112 7. {@code ¶} stands for CR LF, {@code ␊} for LF, {@code ␍} for CR. */
class BodyDecoderTest {

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(
                text.replace("¶", "\r\n").replace('␊', '\n').replace('␍', '\r'), StandardCharsets.ISO_8859_1);
    }

    /** What comes out, and whether it is complete; or the status of a refusal. */
    private static String decode(BodyDecoder decoder, String text, int piece) {
        ByteBuf all = bytes(text);
        StringBuilder out = new StringBuilder();
        try {
            decoder.begin(true, -1);
            while (all.isReadable() && !decoder.complete()) {
                ByteBuf in = all.readSlice(Math.min(piece, all.readableBytes()));
                for (ByteBuf part = decoder.decode(in); part != null; part = decoder.decode(in)) {
                    out.append(part.toString(StandardCharsets.ISO_8859_1));
                    part.release();
                }
            }
        } catch (RequestError e) {
            return String.valueOf(e.status());
        } finally {
            assertThat(all.refCnt()).isEqualTo(1);
            all.release();
        }
        return out + (decoder.complete() ? "." : "…");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "abcde.|3¶abc¶2¶de¶0¶¶",
                "abc.|3;a=b;c=\"d\"¶abc¶0¶¶",
                "abc.|3¶abc¶0¶X-T: 1¶¶",
                "0123456789.|A¶0123456789¶0¶¶",
                "abc…|3¶abc¶",
                "400|3␊abc¶0¶¶",
                "400|3¶abc␊0¶¶",
                "400|3¶abcd¶0¶¶",
                "400|0x1¶a¶0¶¶",
                "400|+1¶a¶0¶¶",
                "400|1_¶a¶0¶¶",
                "400| 1¶a¶0¶¶",
                "400|1 ¶a¶0¶¶",
                "400|00000000000000001¶a¶0¶¶",
                "400|¶",
                "400|1;a␍b¶a¶0¶¶",
                "400|1;a␊¶a¶0¶¶",
                "400|0¶Content-Length: 1¶¶",
                "400|0¶Transfer-Encoding: x¶¶",
                "400|0¶ folded: x¶¶",
                "400|0¶nocolon¶¶",
                "400|0¶X: 1␊¶"
            })
    void chunksAreJoinedOrRefused(String expected, String text) {
        for (int piece = 1; piece <= text.length(); piece++) {
            assertThat(decode(new BodyDecoder(0), text, piece))
                    .as("in pieces of %d", piece)
                    .isEqualTo(expected);
        }
    }

    @Test
    void longExtensionsAndTrailersAreRefused() {
        assertThat(decode(new BodyDecoder(0), "1;" + "a".repeat(257) + "¶a¶0¶¶", 100))
                .isEqualTo("400");
        assertThat(decode(new BodyDecoder(0), ("1;" + "a".repeat(250) + "¶a¶").repeat(70) + "0¶¶", 1000))
                .isEqualTo("400");
        assertThat(decode(new BodyDecoder(0), "0¶X: " + "a".repeat(9000) + "¶¶", 1000))
                .isEqualTo("400");
    }

    @Test
    void limitCountsAllChunks() {
        assertThat(decode(new BodyDecoder(5), "3¶abc¶3¶def¶0¶¶", 100)).isEqualTo("413");
        assertThat(decode(new BodyDecoder(6), "3¶abc¶3¶def¶0¶¶", 100)).isEqualTo("abcdef.");
    }

    @Test
    void lengthEndsTheBodyAndLeavesTheRest() throws Exception {
        BodyDecoder decoder = new BodyDecoder(0);
        decoder.begin(false, 3);
        ByteBuf in = bytes("abcGET");
        ByteBuf part = decoder.decode(in);
        assertThat(part.toString(StandardCharsets.US_ASCII)).isEqualTo("abc");
        assertThat(decoder.complete()).isTrue();
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("GET");
        part.release();
        in.release();
    }
}
