package corral.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IniValueTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            plain|plain
            100%|100%%
            %(h)s|%%(h)s
            a;b#c|a;b#c
            a ;b|a%(here)1.0s;b
            a  #b|a %(here)1.0s#b
             x |%(here)1.0sx%(here)1.0s
            a b|a b
            """)
    void valueIsEscaped(String text, String written) throws Exception {
        assertThat(IniValue.escape("key", text)).isEqualTo(written);
    }

    @Test
    void linesGoOnIndentedAndAreNeverComments() throws Exception {
        assertThat(IniValue.escape("key", "a\n;b\n\n c"))
                .isEqualTo("a\n %(here).0s;b\n %(here).0s\n %(here).0s%(here)1.0sc");
    }

    @Test
    void whatNoLineCanHoldIsRefusedByName() {
        for (String text : new String[] {"a\rb", "a\u0000b", "tab\t;", "\u00a0x"}) {
            assertThatThrownBy(() -> IniValue.escape("key", text))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("key:");
        }
    }

    @Test
    void variablesAreQuoted() throws Exception {
        assertThat(IniValue.environment(Map.of("A", "it's"))).isEqualTo("A=\"it's\"");
        assertThat(IniValue.environment(Map.of("A", "say \"x\" to"))).isEqualTo("A='say \"x\" to'");
        for (String value : new String[] {"\"x\"", "'", "a\"b'c"}) {
            assertThatThrownBy(() -> IniValue.environment(Map.of("NAME", value)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("value of NAME");
        }
        assertThatThrownBy(() -> IniValue.environment(Map.of("A B", "x"))).hasMessageContaining("'A B'");
    }
}
