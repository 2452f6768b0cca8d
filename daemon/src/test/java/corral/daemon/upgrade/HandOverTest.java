package corral.daemon.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Descriptors in an environment variable. */
class HandOverTest {
    @Test
    void whatIsWrittenIsReadAgain() {
        Map<String, Integer> descriptors = new LinkedHashMap<>();
        descriptors.put("control:unix:/run/a=b.sock", 7);
        descriptors.put("control:[::1]:9001", 12);
        descriptors.put("fifo:/run/x/web:web.stdout", 1023);
        Map<String, String> environment = Map.of(HandOver.VARIABLE, HandOver.write(descriptors));
        assertThat(HandOver.read(environment)).contains(descriptors);
    }

    @Test
    void aDaemonThatInheritsNothingIsStillTheNextOfAnother() {
        assertThat(HandOver.read(Map.of(HandOver.VARIABLE, ""))).contains(Map.of());
        assertThat(HandOver.read(Map.of())).isEmpty();
    }

    @Test
    void whatIsNoDescriptorIsLeftOut() {
        Map<String, String> environment = Map.of(HandOver.VARIABLE, "a=\nb\n=3\nc=-1\nd=99999999999\ne=x\nf=4\n");
        assertThat(HandOver.read(environment)).contains(Map.of("f", 4));
    }
}
