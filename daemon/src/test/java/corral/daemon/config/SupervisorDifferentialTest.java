package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The same files through the real Supervisor and through corral: same values, or the same first error. */
class SupervisorDifferentialTest {
    private static final int GENERATED = Integer.getInteger("corral.test.configs", 400);
    private static final long SEED = Long.getLong("corral.test.seed", 20261121);

    @TempDir
    Path cwd;

    @TempDir
    Path scratch;

    @TestFactory
    Stream<DynamicTest> corpusFilesReadAsInSupervisor() throws Exception {
        Path corpus =
                Path.of(Objects.requireNonNull(getClass().getResource("corpus")).toURI());
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.list(corpus)) {
            found.filter(file -> file.toString().endsWith(".conf")).sorted().forEach(files::add);
        }
        assertThat(files).hasSizeGreaterThan(35);
        Files.createDirectory(cwd.resolve("sub"));
        Map<Path, String> dumps = SupervisorDump.of(files, cwd, scratch);
        ConfigReader reader = reader();
        return dumps.entrySet().stream()
                .map(dump -> DynamicTest.dynamicTest(
                        dump.getKey().getFileName().toString(),
                        () -> assertThat(read(reader, dump.getKey())).isEqualTo(known(dump.getValue()))));
    }

    @Test
    void generatedFilesReadAsInSupervisor() throws IOException, InterruptedException {
        RandomConfig random = new RandomConfig(SEED);
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < GENERATED; i++) {
            files.add(Files.writeString(scratch.resolve("random" + i + ".conf"), random.next()));
        }
        Map<Path, String> dumps = SupervisorDump.of(files, cwd, scratch);
        ConfigReader reader = reader();
        for (Map.Entry<Path, String> dump : dumps.entrySet()) {
            assertThat(read(reader, dump.getKey()))
                    .as("seed %d, file\n%s", SEED, Files.readString(dump.getKey()))
                    .isEqualTo(known(dump.getValue()));
        }
    }

    /** Supervisor names the last good member there where it means the group. */
    private static String known(String dump) {
        return dump.replaceAll("\\[program:[^\\]]*\\] names unknown", "[group:g] names unknown");
    }

    private ConfigReader reader() {
        return new ConfigReader(cwd, Accounts::local, cwd);
    }

    private static String read(ConfigReader reader, Path file) {
        return ConfigJson.of(reader.read(file, SupervisorDump.ENVIRONMENT, Overrides.NONE));
    }
}
