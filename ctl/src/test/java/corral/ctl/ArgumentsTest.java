package corral.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

    @Test
    void optionsEndAtTheFirstWord() throws Exception {
        Arguments arguments = parse("-c f -i tail -f x --help");
        assertThat(arguments.options()).isEqualTo(Map.of('c', "f", 'i', ""));
        assertThat(arguments.words()).containsExactly("tail", "-f", "x", "--help");
    }

    @Test
    void valuesMayBeAttachedAndLettersJoined() throws Exception {
        assertThat(parse("-icf -uname -p=x").options()).isEqualTo(Map.of('i', "", 'c', "f", 'u', "name", 'p', "=x"));
    }

    @Test
    void longOptionsMayBeCutAndTakeTheirValueEitherWay() throws Exception {
        assertThat(parse("--conf=f --server http://h --pass=p --user u --hist=h --int")
                        .options())
                .isEqualTo(Map.of('c', "f", 's', "http://h", 'p', "p", 'u', "u", 'r', "h", 'i', ""));
    }

    @Test
    void twoDashesAndASingleOneEndTheOptions() throws Exception {
        assertThat(parse("-- -c").words()).containsExactly("-c");
        assertThat(parse("- x").words()).containsExactly("-", "x");
    }

    @Test
    void helpHasThreeSpellings() throws Exception {
        for (String help : List.of("-h", "-?", "--help", "-h -h")) {
            assertThat(parse(help).has('h')).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "-x|option -x not recognized",
                "--nosuch|option --nosuch not recognized",
                "--h|option --h not a unique prefix",
                "-c|option -c requires argument",
                "--conf|option --configuration requires argument",
                "--help=3|option --help must not have an argument",
                "-c a -c b|conflicting command line option '-c'",
                "-c a --conf b|conflicting command line option '--configuration'",
                "-i -i|conflicting command line option '-i'",
                "-s foo|invalid value for -s 'foo': value 'foo' is not a URL",
                "-s http://|invalid value for -s 'http://': value 'http://' is not a URL"
            })
    void aWrongLineIsRefused(String line, String message) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(UsageException.class).hasMessage(message);
    }

    private static Arguments parse(String line) throws UsageException {
        return Arguments.parse(line.split(" "));
    }
}
