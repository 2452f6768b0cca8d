package corral.daemon.config;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the real Supervisor makes of files; tests that need it are skipped where it is not installed. */
final class SupervisorDump {
    static final Map<String, String> ENVIRONMENT = Map.of(
            "PATH",
            "/usr/bin:/bin",
            "HOME",
            "/root",
            "LANG",
            "C.UTF-8",
            "LC_ALL",
            "C.UTF-8",
            "WORD",
            "a word",
            "N",
            "7");

    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final int NOT_INSTALLED = 77;

    private SupervisorDump() {}

    /** JSON by file, read by a Supervisor whose working directory is {@code cwd}. */
    static Map<Path, String> of(List<Path> files, Path cwd, Path scratch) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PYTHON), "no " + PYTHON);
        Path script = scratch.resolve("supervisor_dump.py");
        try (InputStream in = SupervisorDump.class.getResourceAsStream("supervisor_dump.py")) {
            Files.write(script, in.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of(PYTHON.toString(), script.toString()));
        files.forEach(file -> command.add(file.toString()));
        Path out = scratch.resolve("dump.out");
        ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile());
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        builder.redirectOutput(out.toFile()).redirectError(new File(scratch.toFile(), "dump.err"));
        Process python = builder.start();
        try {
            assumeTrue(python.waitFor(120, TimeUnit.SECONDS), "Supervisor takes too long");
            assumeTrue(python.exitValue() != NOT_INSTALLED, "Supervisor is not installed");
        } finally {
            python.destroyForcibly().waitFor();
        }
        String[] texts = Files.readString(out, StandardCharsets.UTF_8).split("\n--\n", 0);
        if (python.exitValue() != 0 || texts.length != files.size()) {
            throw new AssertionError(Files.readString(scratch.resolve("dump.err")));
        }
        Map<Path, String> dumps = new LinkedHashMap<>();
        for (int i = 0; i < texts.length; i++) {
            dumps.put(files.get(i), texts[i]);
        }
        return dumps;
    }
}
