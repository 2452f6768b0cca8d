package corral.ctl.commands;

import static org.assertj.core.api.Assertions.assertThat;

import corral.ctl.fake.Desk;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.HttpStatusException;
import corral.daemon.rpc.TransportException;
import corral.daemon.rpc.TransportException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** tail, maintail. */
class LogCommandsTest {
    private final Desk desk = Desk.unattended();

    @ParameterizedTest
    @CsvSource({
        "tail x, stdout x -1600",
        "tail x stderr, stderr x -1600",
        "tail x STDERR, stderr x -1600",
        "tail -5 x, stdout x -5",
        "tail -0 g:x stdout, stdout g:x 0",
        "tail --5 x, stdout x 5",
        "maintail, mainlog -1600",
        "maintail -7, mainlog -7"
    })
    void soManyBytesFromTheEndAreShown(String line, String call) throws Exception {
        assertThat(desk.run(line)).isEqualTo("some log\n");
        assertThat(desk.daemon.calls).containsExactly(call);
        assertThat(desk.exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tail x foo|Error: bad channel 'foo'",
                "tail -x x|Error: bad argument -x",
                "tail - x|Error: bad argument -",
                "tail -5|Error: tail requires process name",
                "maintail x|Error: bad argument x",
                "maintail -x|Error: bad argument -x"
            })
    void aWrongArgumentIsNamed(String line, String error) throws Exception {
        assertThat(desk.run(line)).isEqualTo(error + "\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void tooFewAndTooManyArgumentsBringUsage() throws Exception {
        assertThat(desk.run("tail")).startsWith("Error: too few arguments\ntail [-f] <name> [stdout|stderr]");
        assertThat(desk.run("tail a b c d")).startsWith("Error: too many arguments\ntail [-f]");
        assertThat(desk.run("maintail a b")).startsWith("Error: too many arguments\nmaintail -f \t");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"NO_FILE, no log file", "FAILED, unknown error reading log", "BAD_NAME, no such process name"})
    void aRefusalHasItsReason(Fault fault, String reason) throws Exception {
        desk.daemon.refuse("stdout x -1600", fault);
        assertThat(desk.run("tail x")).isEqualTo("x: ERROR (" + reason + ")\n");
        assertThat(desk.exitCode()).isEqualTo(1);
    }

    @Test
    void theMainLogIsCalledSupervisord() throws Exception {
        desk.daemon.refuse("mainlog -1600", Fault.NO_FILE);
        assertThat(desk.run("maintail")).isEqualTo("supervisord: ERROR (no log file)\n");
    }

    @Test
    void aFollowedLogIsShownUntilTheDaemonEndsIt() throws Exception {
        desk.daemon.logFailure = new TransportException(Kind.LOST, "Connection reset");
        assertThat(desk.run("tail -f g:x stderr")).isEqualTo("==> Press Ctrl-C to exit <==\n/logtail/g:x/stderr\n");
        assertThat(desk.run("maintail -f")).isEqualTo("==> Press Ctrl-C to exit <==\n/mainlogtail\n");
        assertThat(desk.err()).isEmpty();
    }

    @Test
    void aLogThatCannotBeFollowedIsToldOnStandardErrorAndIsNoFailure() throws Exception {
        desk.daemon.logFailure = new HttpStatusException(404, "Not Found");
        desk.run("tail -f nosuch");
        assertThat(desk.err()).isEqualTo("unix:///run/s.sock/logtail/nosuch/stdout Cannot read, status code 404\n");
        assertThat(desk.exitCode()).isZero();
    }
}
