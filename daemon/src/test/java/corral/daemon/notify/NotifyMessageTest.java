package corral.daemon.notify;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.process.Notification;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** sd_notify(3), message by message. */
class NotifyMessageTest {

    private static Optional<Notification> read(String text) {
        return NotifyMessage.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void severalLinesAreOneMessage() {
        assertThat(read("READY=1\nMAINPID=7\n\nSTATUS=größer\nWATCHDOG=1\nSTOPPING=1\n"))
                .contains(
                        new Notification(true, true, true, Optional.of("größer"), Optional.empty(), Optional.empty()));
    }

    @Test
    void valuesOtherThanOneMeanNothing() {
        assertThat(read("READY=0\nWATCHDOG=trigger\nSTOPPING=\nX_OWN=1")).contains(Notification.NOTHING);
    }

    @Test
    void controlCharactersDoNotReachATerminal() {
        assertThat(read("STATUS=\u001b[31mred\tx")).contains(status("[31mred x"));
    }

    @Test
    void aLongStatusIsCut() {
        assertThat(read("STATUS=" + "x".repeat(5000))).contains(status("x".repeat(300)));
    }

    @Test
    void theLaterStatusStands() {
        assertThat(status("a").and(status("b"))).isEqualTo(status("b"));
        Notification ready = Notification.READY;
        assertThat(status("a").and(ready)).isEqualTo(Notification.READY.and(Notification.status("a")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "READY", "=1", "READY=1\nnonsense"})
    void whatIsNoMessageIsNone(String text) {
        assertThat(read(text)).isEmpty();
    }

    @Test
    void whatIsNotUtf8IsNone() {
        assertThat(NotifyMessage.read(new byte[] {'S', '=', (byte) 0xff})).isEmpty();
    }

    private static Notification status(String text) {
        return Notification.status(text);
    }
}
