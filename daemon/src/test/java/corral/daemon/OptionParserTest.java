package corral.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionParserTest {

    private static Options parse(String... arguments) throws UsageException {
        return OptionParser.parse(List.of(arguments));
    }

    @Test
    void shortOptionsMayBeJoinedWithEachOtherAndWithTheirValue() throws Exception {
        Options options = parse("-nsc", "a.conf", "-edebug");
        assertThat(options.configuration()).contains("a.conf");
        assertThat(options.overrides().values())
                .isEqualTo(Map.of("nodaemon", "true", "silent", "true", "loglevel", "debug"));
    }

    @Test
    void longOptionsTakeTheirValueInBothWaysAndMayBeCut() throws Exception {
        Options options = parse("--conf=a.conf", "--logfile_b", "3", "--nod");
        assertThat(options.configuration()).contains("a.conf");
        assertThat(options.overrides().values()).isEqualTo(Map.of("logfile_backups", "3", "nodaemon", "true"));
    }

    @Test
    void testAndStrictAreNoOverrides() throws Exception {
        Options options = parse("-t", "--strict", "-c", "x");
        assertThat(options.action()).isEqualTo(Options.Action.TEST);
        assertThat(options.strict()).isTrue();
        assertThat(options.overrides().values()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-Z | option -Z not recognized",
                "--nosuch | option --nosuch not recognized",
                "--logfile_ | option --logfile_ not a unique prefix",
                "-c | option -c requires argument",
                "--user | option --user requires argument",
                "--nodaemon=1 | option --nodaemon must not have an argument",
                "extra | positional arguments are not supported: ['extra']"
            })
    void mistakesAreNamedAsGetoptNamesThem(String argument, String message) {
        assertThatThrownBy(() -> parse(argument)).hasMessage(message);
    }

    @Test
    void optionGivenTwiceIsAConflict() {
        assertThatThrownBy(() -> parse("-c", "a", "-c", "b")).hasMessage("conflicting command line option '-c'");
    }
}
