package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The grammar of {@code environment=}, spec/supervisor.md 1.4, row by row. */
class EnvironmentTextTest {

    private static List<String> warnings(String text) throws BadValueException {
        return EnvironmentText.read(text).warnings();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "A=1,B=2|{A=1, B=2}",
                "A=1, B = 2|{A=1, B=2}",
                "^A=\"1\",\n  B=\"2\",^|{A=1, B=2}",
                "A=\"a b\",B='x,y'|{A=a b, B=x,y}",
                "A=\"@=;*%$&?!\"|{A=@=;*%$&?!}",
                "A=\"\"|{A=}",
                "A=1;B=2|{A=1, B=2}",
                "^A=/x.y+(1)-:^|{A=/x.y+(1)-:}",
                "A=1,A=2|{A=2}",
                "A-B=1|{A-B=1}",
                "A=b\"c|{A=b\"c}",
                "^^|{}"
            })
    void pairsAreRead(String text, String expected) throws BadValueException {
        EnvironmentText read = EnvironmentText.read(text);
        assertThat(read.variables()).hasToString(expected);
        assertThat(read.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"A=", "A=a@b", "A=x=y", "A=1 B=2", "A", "',A=1'", "'A=1,,B=2'"})
    void brokenPairsAreRefused(String text) {
        assertThat(catchThrowable(() -> EnvironmentText.read(text)))
                .hasMessage("Unexpected end of key/value pairs in value '" + text + "'");
    }

    @Test
    void openQuoteIsRefused() {
        assertThat(catchThrowable(() -> EnvironmentText.read("A=\"un"))).hasMessage("No closing quotation");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "A=a b|a|A is read as 'a', 'b' after it is taken as the separator and lost; probably meant: A=\"a b\"",
                "A=$HOME|$|A is read as '$', 'HOME' after it is taken as the separator and lost; probably meant: A=\"$HOME\"",
                "A=~/x|~|A is read as '~', '/x' after it is taken as the separator and lost; probably meant: A=\"~/x\"",
                "A=\"a\"b|a|A is read as 'a', 'b' after it is taken as the separator and lost; probably meant: A='\"a\"b'",
                "A=\"a\\\"b\"|a\\|A is read as 'a\\\\', 'b\"' after it is taken as the separator and lost;"
                        + " probably meant: A='\"a\\\"b\"'",
                "A=\"'q'\"|q|A is read as 'q': quotes at the ends of '\"\\'q\\'\"' are lost",
                "A=a#b c|a|everything from '#' on is ignored: '#b c'; put the value in quotes to keep it"
            })
    void truncationIsReadAsInSupervisorAndWarnedAbout(String text, String value, String warning)
            throws BadValueException {
        assertThat(EnvironmentText.read(text).variables()).containsEntry("A", value);
        assertThat(warnings(text)).containsExactly(warning);
    }

    @Test
    void commentJoinsTheWordsAroundIt() throws BadValueException {
        assertThat(EnvironmentText.read("A=a#c\nb,B=2").variables()).hasToString("{A=ab, B=2}");
    }

    @Test
    void commentAfterABlankOrCommaIsNoSurprise() throws BadValueException {
        assertThat(warnings("A=1 # x\n,B=2,#y")).isEmpty();
    }

    @Test
    void oddNamesAreWarnedAbout() throws BadValueException {
        assertThat(EnvironmentText.read("\"A\"=1").variables()).containsEntry("\"A\"", "1");
        assertThat(warnings("\"A\"=1")).containsExactly("the name of the variable is read as '\"A\"'");
    }
}
