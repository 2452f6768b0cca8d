package corral.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    @TempDir
    private Path dir;

    @Test
    void isThereWhileTheDaemonIs() {
        PidFile file = new PidFile(dir.resolve("pid"));
        file.write(4711);
        assertThat(dir.resolve("pid")).hasContent("4711\n");
        file.remove();
        assertThat(dir.resolve("pid")).doesNotExist();
        file.remove();
    }

    @Test
    void aDeviceIsLeftWhereItIs() throws IOException {
        Path device = Files.createSymbolicLink(dir.resolve("null"), Path.of("/dev/null"));
        PidFile file = new PidFile(device);
        file.write(4711);
        file.remove();
        assertThat(device).isSymbolicLink();
        Files.delete(device);
        assertThat(Files.exists(Path.of("/dev/null"))).isTrue();
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    }
}
