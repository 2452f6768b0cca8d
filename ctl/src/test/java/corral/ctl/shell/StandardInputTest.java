package corral.ctl.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StandardInputTest {

    @Test
    void linesComeOneByOneAndThenTheEnd() throws Exception {
        StandardInput input =
                StandardInput.of(new ByteArrayInputStream("zoë\n\nlast".getBytes(StandardCharsets.UTF_8)));
        assertThat(input.line()).contains("zoë");
        assertThat(input.line()).contains("");
        assertThat(input.line()).contains("last");
        assertThat(input.line()).isEmpty();
        assertThat(input.line()).isEmpty();
    }

    @Test
    void waitingCanBeInterruptedAndNothingIsLost() throws Exception {
        try (PipedOutputStream keyboard = new PipedOutputStream();
                PipedInputStream stream = new PipedInputStream(keyboard)) {
            StandardInput input = StandardInput.of(stream);
            Thread.currentThread().interrupt();
            assertThatThrownBy(input::line).isInstanceOf(InterruptedException.class);
            keyboard.write("later\n".getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
            assertThat(input.line()).contains("later");
        }
    }
}
