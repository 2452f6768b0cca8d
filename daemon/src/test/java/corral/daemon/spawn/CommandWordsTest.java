package corral.daemon.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandWordsTest {

    static List<Arguments> commands() {
        return List.of(
                Arguments.of("a b  c", List.of("a", "b", "c")),
                Arguments.of("a\n b\tc", List.of("a", "b", "c")),
                Arguments.of("a 'b c' \"d e\"", List.of("a", "b c", "d e")),
                Arguments.of("a b' 'c\" \"d", List.of("a", "b c d")),
                Arguments.of("a ''", List.of("a", "")),
                Arguments.of("a b\\ c", List.of("a", "b c")),
                Arguments.of("a \"b\\\"c\\\\d\\e\"", List.of("a", "b\"c\\d\\e")),
                Arguments.of("a 'b\\c'", List.of("a", "b\\c")),
                Arguments.of("a #b $C ~ * ; | >", List.of("a", "#b", "$C", "~", "*", ";", "|", ">")));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void splitsAsPosixQuotingHasItAndExpandsNothing(String command, List<String> words) throws Exception {
        assertThat(CommandWords.split(command)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a 'b", "a \"b", "a \"b\\\""})
    void openQuoteIsAnError(String command) {
        assertThatThrownBy(() -> CommandWords.split(command))
                .hasMessage("can't parse command '" + command + "': No closing quotation");
    }

    @Test
    void nothingIsNoCommand() {
        assertThatThrownBy(() -> CommandWords.split(" \n ")).hasMessage("command is empty");
    }
}
