package corral.daemon.ini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PyTextTest {

    @Test
    void blanksAreThoseOfPython() {
        assertThat(PyText.strip(" \t\u000b\u001c\u0085\u00a0\u2003\u3000x\u2028\n"))
                .isEqualTo("x");
        assertThat(PyText.strip("\u0000x\u200b")).isEqualTo("\u0000x\u200b");
        assertThat(PyText.stripEnd("  x  ")).isEqualTo("  x");
        assertThat(PyText.strip("   ")).isEmpty();
    }

    @Test
    void wordsAreSeparatedByAnyBlank() {
        assertThat(PyText.words(" a\n\tb\u00a0c ")).containsExactly("a", "b", "c");
        assertThat(PyText.words(" ")).isEmpty();
    }

    @Test
    void reprEscapesWhatCannotBePrinted() {
        assertThat(PyText.repr("a")).isEqualTo("'a'");
        assertThat(PyText.repr("it's")).isEqualTo("\"it's\"");
        assertThat(PyText.repr("it's \"x\"")).isEqualTo("'it\\'s \"x\"'");
        assertThat(PyText.repr("a\\b\n\r\t\u0001\u007f\u0085")).isEqualTo("'a\\\\b\\n\\r\\t\\x01\\x7f\\x85'");
        assertThat(PyText.repr("é☃\u200b\ue000\ud83d\ude00")).isEqualTo("'é☃\\u200b\\ue000\ud83d\ude00'");
        assertThat(PyText.ascii("é☃\ud83d\ude00")).isEqualTo("'\\xe9\\u2603\\U0001f600'");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "007,7",
        "+5,5",
        "-1,-1",
        "1_000,1000",
        "' 3\n',3",
        "\u0661\u0662,12",
        "99999999999999999999,9223372036854775807"
    })
    void integersAreReadAsPythonDoes(String text, long value) {
        assertThat(PyInt.parse(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"''", "1.5", "0x10", "1__0", "_1", "1_", "'- 1'", "'1 2'", "one", "+"})
    void whatIsNoIntegerIsRefusedInPythonsWords(String text) {
        assertThat(PyInt.isInt(text)).isFalse();
        assertThat(catchThrowable(() -> PyInt.parse(text)))
                .isInstanceOf(NumberFormatException.class)
                .hasMessage("invalid literal for int() with base 10: " + PyText.repr(text));
    }

    @ParameterizedTest
    @CsvSource({"022,18", "22,18", "0o22,18", "0O_7,7", "-1,-1"})
    void octalNumbersAreReadAsPythonDoes(String text, long value) {
        assertThat(PyInt.parseOctal(text)).isEqualTo(value);
    }
}
