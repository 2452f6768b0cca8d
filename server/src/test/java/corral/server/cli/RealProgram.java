package corral.server.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Debian's gunicorn or uvicorn, for command lines with which they end by themselves. */
final class RealProgram {
    private static final String PYTHON = "/usr/bin/python3";

    private RealProgram() {}

    /** How it ended. */
    record Outcome(int status, String out, String err) {}

    static Outcome run(String module, Path directory, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(PYTHON, "-m", module));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("UVICORN_") || name.startsWith("GUNICORN_"));
        builder.environment().remove("WEB_CONCURRENCY");
        builder.environment().put("LC_CTYPE", "C.UTF-8");
        try {
            Path out = Files.createTempFile("real", ".out");
            Path err = Files.createTempFile("real", ".err");
            Process process = builder.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            try {
                if (!process.waitFor(60, TimeUnit.SECONDS)) {
                    throw new AssertionError(command + " did not end");
                }
                String errors = Files.readString(err, StandardCharsets.UTF_8);
                Assumptions.assumeFalse(errors.contains("No module named " + module), "no " + module + " here");
                return new Outcome(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), errors);
            } finally {
                process.destroyForcibly();
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
