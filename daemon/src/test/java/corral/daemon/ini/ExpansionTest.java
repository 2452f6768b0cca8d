package corral.daemon.ini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** spec/supervisor.md 1.3. */
class ExpansionTest {
    private static final Names NAMES = Names.NONE
            .withEnvironment(Map.of("HOME", "/root", "C", "c"))
            .with("here", "/etc/corral")
            .with("process_num", 9)
            .with("numprocs", 255);

    private static String expand(String value) throws ExpansionException {
        return Expansion.expand(value, NAMES, "program:a.command");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "plain|plain",
                "%(here)s/x|/etc/corral/x",
                "%(ENV_HOME)s|/root",
                "100%%|100%",
                "%%(here)s|%(here)s",
                "%(process_num)02d|09",
                "%(process_num)-4d.|\"9   .\"",
                "%(process_num)+d|+9",
                "\"%(process_num) d\"|\" 9\"",
                "%(numprocs)x|ff",
                "%(numprocs)#X|0XFF",
                "%(numprocs)#o|0o377",
                "%(numprocs)06.4d|000255",
                "%(numprocs)e|2.550000e+02",
                "%(numprocs).1f|255.0",
                "%(numprocs)g|255",
                "%(numprocs).2g|2.6e+02",
                "%(numprocs)#g|255.000",
                "%(numprocs)c|ÿ",
                "%(here).4s|/etc",
                "%(here)14s|\"   /etc/corral\"",
                "%(here)-14s.|\"/etc/corral   .\"",
                "%(here)r|'/etc/corral'",
                "%(ENV_C)c|c",
                "%(process_num)ld|9"
            })
    void namesAreReplacedAsInPython(String value, String expected) throws ExpansionException {
        assertThat(expand(value)).isEqualTo(expected);
    }

    @Test
    void unknownNameListsTheKnownOnes() {
        assertThat(catchThrowable(() -> expand("x %(nope)s")))
                .hasMessage("Format string 'x %(nope)s' for 'program:a.command' contains names ('nope') which cannot be"
                        + " expanded. Available names: ENV_C, ENV_HOME, here, numprocs, process_num");
    }

    @Test
    void namesAreCaseSensitive() {
        assertThat(catchThrowable(() -> expand("%(HERE)s"))).hasMessageContaining("contains names ('HERE')");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "100%|incomplete format",
                "date +%Y|unsupported format character 'Y' (0x59) at index 7",
                "%(x|incomplete format key",
                "%(here)|incomplete format",
                "%(here)5|incomplete format",
                "%(here)d|%d format: a real number is required, not str",
                "%(here)x|%x format: an integer is required, not str",
                "%(here)e|must be real number, not str",
                "%(here)c|%c requires int or char",
                "%(here)*d|* wants int",
                "%(here)☃|unsupported format character '?' (0x2603) at index 7",
                "%(here)s%s|not enough arguments for format string",
                "%d|%d format: a real number is required, not dict",
                "%(here)%|unsupported format character '%' (0x25) at index 7",
                "%(here)99999999s|width too big"
            })
    void badSyntaxIsToldInPythonsWords(String value, String detail) {
        assertThat(catchThrowable(() -> expand(value)))
                .hasMessage("Format string " + PyText.repr(value) + " for 'program:a.command' is badly formatted: "
                        + detail);
    }

    @Test
    void conversionWithoutANameGivesTheWholeMapping() throws ExpansionException {
        assertThat(Expansion.expand("date %s", Names.NONE.with("n", 1), "l")).isEqualTo("date {'n': 1}");
        assertThat(Expansion.takesMapping("date %s")).isTrue();
        assertThat(Expansion.takesMapping("%%s %(here)s 100%%")).isFalse();
    }

    @Test
    void innerNamesHideOuterOnes() throws ExpansionException {
        Names names = Names.NONE.withEnvironment(Map.of("A", "1")).withEnvironment(Map.of("A", "2"));
        assertThat(Expansion.expand("%(ENV_A)s", names, "l")).isEqualTo("2");
    }
}
