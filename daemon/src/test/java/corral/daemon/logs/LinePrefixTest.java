package corral.daemon.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LinePrefixTest {
    private final LinePrefix prefix = new LinePrefix("web |");

    private String accept(String text) {
        return new String(prefix.accept(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    private String finish() {
        return new String(prefix.finish(), StandardCharsets.UTF_8);
    }

    @Test
    void eachLineGetsIt() {
        assertThat(accept("one\ntwo\n\n")).isEqualTo("web | one\nweb | two\nweb | \n");
        assertThat(finish()).isEmpty();
    }

    @Test
    void aLineWaitsForItsEnd() {
        assertThat(accept("on")).isEmpty();
        assertThat(accept("e\nt")).isEqualTo("web | one\n");
        assertThat(accept("wo")).isEmpty();
        assertThat(finish()).isEqualTo("web | two\n");
        assertThat(finish()).isEmpty();
    }

    @Test
    void aCharacterThatWasCutByAReadIsWholeAgain() {
        byte[] bytes = "\u00e4\n".getBytes(StandardCharsets.UTF_8);
        assertThat(prefix.accept(new byte[] {bytes[0]})).isEmpty();
        assertThat(new String(prefix.accept(new byte[] {bytes[1], bytes[2]}), StandardCharsets.UTF_8))
                .isEqualTo("web | \u00e4\n");
    }

    @Test
    void aLineWithoutAnEndIsCutBeforeItFillsTheMemory() {
        String long1 = "x".repeat(64 * 1024);
        assertThat(accept(long1)).isEmpty();
        assertThat(accept("yz\n")).isEqualTo("web | " + long1 + "\nweb | yz\n");
        assertThat(accept(long1 + long1 + "\n")).isEqualTo("web | " + long1 + "\nweb | " + long1 + "\n");
    }
}
