package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file contains, reading it ends and says something. */
class ConfigReaderFuzzTest {
    private static final long SEED = Long.getLong("corral.test.seed", System.nanoTime());
    private static final int FILES = Integer.getInteger("corral.test.configs", 1500);
    private static final String ALPHABET =
            "[]=:;#%()sd\"' \n\n\n\t\r\\*.,-+_0179aAbB\u0000\u0001\u00e9\u2003\ud83d\ude00/~";

    @TempDir
    Path dir;

    @Test
    void readingNeverThrows() throws IOException {
        Random random = new Random(SEED);
        RandomConfig configs = new RandomConfig(SEED);
        ConfigReader reader = new ConfigReader(dir, Accounts::local, Path.of("/opt/corral"));
        Path file = dir.resolve("fuzz.conf");
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = damaged(configs.awkward(), random);
            Files.write(file, bytes);
            assertThatCode(() -> ProblemText.list(
                            reader.read(file, Map.of("N", "1"), Overrides.NONE).problems()))
                    .as("seed %d, file\n%s", SEED, new String(bytes, StandardCharsets.UTF_8))
                    .doesNotThrowAnyException();
        }
    }

    private static byte[] damaged(String text, Random random) {
        StringBuilder damaged = new StringBuilder(text);
        for (int i = random.nextInt(12); i > 0; i--) {
            int at = random.nextInt(damaged.length() + 1);
            if (random.nextInt(3) == 0) {
                damaged.delete(at, Math.min(damaged.length(), at + random.nextInt(9)));
            } else {
                damaged.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
        }
        byte[] bytes = damaged.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(8) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
