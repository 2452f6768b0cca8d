package corral.daemon.ini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import corral.daemon.ini.IniText.Block;
import corral.daemon.ini.IniText.Entry;
import corral.daemon.ini.IniText.Kind;
import corral.daemon.ini.IniText.Suspicion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lexical rules of spec/supervisor.md 1.1, row by row. */
class DialectTest {

    private static List<Block> blocks(String text) {
        return Dialect.parse("f", text).blocks();
    }

    /** The value of the only key of the only section. */
    private static String value(String lines) {
        return blocks("[s]\n" + lines).get(0).entries().get(0).value();
    }

    @ParameterizedTest
    @CsvSource({"'[a]\n[b]\n'", "'[a]\r\n[b]\r\n'", "'[a]\r[b]'"})
    void linesEndInLfOrCrlfOrCr(String text) {
        assertThat(blocks(text)).extracting(Block::name).containsExactly("a", "b");
        assertThat(blocks(text)).extracting(Block::line).containsExactly(1, 2);
    }

    @Test
    void sectionNameReachesToTheLastBracketAndIsVerbatim() {
        assertThat(blocks("[program:a]b] rest\n[ program:a ]\n[PROGRAM:a]\n"))
                .extracting(Block::name)
                .containsExactly("program:a]b", " program:a ", "PROGRAM:a");
    }

    @Test
    void keyEndsAtTheFirstDelimiterAndIsLowerCase() {
        assertThat(blocks("[s]\nKey = a=b:c\nother:x=y\n").get(0).entries())
                .containsExactly(new Entry("key", "a=b:c", 2), new Entry("other", "x=y", 3));
    }

    @Test
    void lineWithoutDelimiterOrKeyIsAParseError() {
        IniText text = Dialect.parse("/f.conf", "[s]\nrem x\n  it's\n=v\n[]\na=1");
        assertThat(text.failure())
                .contains("Source contains parsing errors: '/f.conf'\n\t[line  2]: 'rem x\\n'"
                        + "\n\t[line  3]: \"  it's\\n\"\n\t[line  4]: '=v\\n'\n\t[line  5]: '[]\\n'");
        assertThat(text.blocks().get(0).entries()).containsExactly(new Entry("a", "1", 6));
    }

    @Test
    void lineAboveAnyHeaderEndsTheReading() {
        IniText text = Dialect.parse("/f.conf", "; c\na=1\n[s]\n");
        assertThat(text.failure()).contains("File contains no section headers.\nfile: '/f.conf', line: 2\n'a=1\\n'");
        assertThat(text.blocks()).isEmpty();
    }

    @Test
    void quotesAndBackslashesStayInTheValue() {
        assertThat(value("k = \"a\\n\" 'b' ")).isEqualTo("\"a\\n\" 'b'");
    }

    @Test
    void fullLineCommentsVanishEvenInsideAValue() {
        assertThat(value("k = a\n  # x\n\t; y\n  b")).isEqualTo("a\nb");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "k=sh -c \"a ; b\"|sh -c \"a",
                "k=a;b|a;b",
                "k=a#b|a#b",
                "k=;x|;x",
                "k= ;x|''",
                "k=a;b c ;d|a;b c",
                "k=a\t# b|a",
                "k=a\u00a0;b|a",
                "k=a#b#c #d ;e|a#b#c #d"
            })
    void commentAfterABlankCutsTheLineEvenInsideQuotes(String line, String expected) {
        assertThat(value(line)).isEqualTo(expected);
    }

    @Test
    void commentCutsContinuationLinesToo() {
        assertThat(value("k=a ;x\n  b #y\n  c;z")).isEqualTo("a\nb\nc;z");
    }

    @Test
    void deeperLinesContinueTheValue() {
        assertThat(value("k=a\n  b\n\n    c\n\n\n")).isEqualTo("a\nb\n\nc");
        assertThat(value("k=\n  b")).isEqualTo("\nb");
        assertThat(blocks("[s]\n  k=a\n  j=b\n").get(0).entries()).hasSize(2);
    }

    @Test
    void indentedHeaderOrKeyIsAContinuation() {
        assertThat(value("k=a\n  [t]\n  j=b")).isEqualTo("a\n[t]\nj=b");
    }

    @Test
    void indentedHeaderThatIsNotDeeperIsAHeader() {
        assertThat(blocks("[s]\n  k=a\n [t]\n  j=b\n")).extracting(Block::name).containsExactly("s", "t");
    }

    @Test
    void byteOrderMarkIsSkipped() throws UndecodableException {
        byte[] bytes = "\ufeff[s]\n".getBytes(StandardCharsets.UTF_8);
        assertThat(Dialect.hasByteOrderMark(bytes)).isTrue();
        assertThat(Dialect.parse("f", bytes).blocks()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ff|byte 0xff in position 5: invalid start byte",
                "c0 80|byte 0xc0 in position 5: invalid start byte",
                "c3 28|byte 0xc3 in position 5: invalid continuation byte",
                "ed a0 80|byte 0xed in position 5: invalid continuation byte",
                "f4 90 80 80|byte 0xf4 in position 5: invalid continuation byte",
                "e2 82 28|bytes in position 5-6: invalid continuation byte",
                "f0 9f 98 28|bytes in position 5-7: invalid continuation byte",
                "e2 82|bytes in position 5-6: unexpected end of data"
            })
    void bytesThatAreNotUtf8AreRefusedInPythonsWords(String hex, String words) {
        byte[] head = "[s]\n;".getBytes(StandardCharsets.UTF_8);
        byte[] tail = HexFormat.ofDelimiter(" ").parseHex(hex);
        byte[] bytes = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, bytes, head.length, tail.length);
        Throwable thrown = catchThrowable(() -> Dialect.parse("f", bytes));
        assertThat(thrown).isInstanceOf(UndecodableException.class).hasMessage("'utf-8' codec can't decode " + words);
        assertThat(((UndecodableException) thrown).line()).isEqualTo(2);
    }

    @Test
    void commentInsideQuotesIsSuspicious() {
        assertThat(Dialect.parse("f", "[s]\nk=sh -c \"a ; b\"\nj='x'; y\ni=it's ; no quote\n")
                        .suspicions())
                .containsExactly(new Suspicion(Kind.COMMENT_IN_QUOTES, 2, "s", "k", "; b\""));
    }

    @Test
    void commentInsideQuotesThatCloseInALaterLineIsSuspicious() {
        assertThat(Dialect.parse("f", "[s]\nk=sh -c \"a # b\n  c\"\n").suspicions())
                .containsExactly(new Suspicion(Kind.COMMENT_IN_QUOTES, 2, "s", "k", "# b"));
        assertThat(Dialect.parse("f", "[s]\nk=\"a\n  b ; c\"\n").suspicions())
                .containsExactly(new Suspicion(Kind.COMMENT_IN_QUOTES, 3, "s", "k", "; c\""));
    }

    @Test
    void indentedHeadersAndKeysAreSuspicious() {
        assertThat(Dialect.parse("f", "[s]\nk=a\n  [t]\n  user=b\n  --x=1\n").suspicions())
                .containsExactly(
                        new Suspicion(Kind.HEADER_AS_CONTINUATION, 3, "s", "k", "[t]"),
                        new Suspicion(Kind.KEY_AS_CONTINUATION, 4, "s", "k", "user"));
    }
}
