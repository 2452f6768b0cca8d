package corral.server.cli;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code corral gunicorn …}: gunicorn's own command line, variables and configuration file. The application's Python reads them,
 * because the file is Python: {@code corral_config.py} resolves and checks all settings.
 */
final class Gunicorn {
    private static final String SCRIPT = "corral_config.py";
    private static final int INTERRUPTED = 130;

    private final Surroundings around;
    private final Path folder;

    /**
     * The command.
     *
     * @param folder private, for what belongs to the generated configuration
     */
    Gunicorn(Surroundings around, Path folder) {
        this.around = around;
        this.folder = folder;
    }

    /** The server asked for; empty when the script had only something to say. */
    Optional<Draft> translate(List<String> arguments) throws RefusedException, IOException {
        Interpreter.Arguments split = Interpreter.split(arguments);
        String python = new Interpreter(around).find(split.python());
        Path result = Files.createTempFile(folder, "settings", ".json");
        try {
            int status = run(python, result, split.rest());
            String answer = Files.readString(result, StandardCharsets.UTF_8);
            if (status != 0) {
                throw new RefusedException(status, "");
            } else if (answer.isEmpty()) {
                return Optional.empty();
            }
            GunicornDocument document =
                    new GunicornDocument(JsonParser.parseString(answer).getAsJsonObject());
            return Optional.of(draft(document, python, arguments));
        } finally {
            Files.deleteIfExists(result);
        }
    }

    /** What resolved settings ask for. */
    Draft draft(GunicornDocument document, String python, List<String> arguments) throws RefusedException, IOException {
        Draft draft = new Draft("corral gunicorn " + String.join(" ", arguments)).set("python", python);
        new GunicornMapping(around, document, draft).map(folder);
        pidFile(document, draft);
        Terminal.complete(draft);
        return draft;
    }

    private int run(String python, Path result, List<String> arguments) throws IOException, RefusedException {
        List<String> command = new ArrayList<>(List.of(python, script().toString(), result.toString()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(around.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(around.environment());
        if (around.isTerminal()) {
            return finish(builder.inheritIO());
        }
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        try {
            return finish(builder.redirectOutput(out.toFile()).redirectError(err.toFile()));
        } finally {
            around.out().print(Files.readString(out, StandardCharsets.UTF_8));
            around.err().print(Files.readString(err, StandardCharsets.UTF_8));
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static int finish(ProcessBuilder builder) throws RefusedException {
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new RefusedException(
                    1, "corral: python: " + builder.command().get(0) + " cannot be run: " + e.getMessage());
        }
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new RefusedException(INTERRUPTED, "");
        }
    }

    /** The script lies beside the jar, or in the sources when the classes are not in a jar. */
    private static Path script() throws RefusedException {
        Path code;
        try {
            code = Path.of(Gunicorn.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new RefusedException(1, "corral: the place of its own classes is not a path: " + e.getMessage());
        }
        List<Path> places = List.of(
                code.resolveSibling(SCRIPT),
                code.resolveSibling("python").resolve(SCRIPT),
                code.resolve("../../src/main/python").resolve(SCRIPT).normalize());
        for (Path place : places) {
            if (Files.isReadable(place)) {
                return place;
            }
        }
        throw new RefusedException(1, "corral: " + SCRIPT + " is missing, it should be " + places.get(0));
    }

    private void pidFile(GunicornDocument document, Draft draft) throws RefusedException {
        Optional<String> name = document.text("pidfile");
        if (name.isEmpty()) {
            return;
        }
        Path path = Path.of(draft.values().get("directory")).resolve(name.get()).normalize();
        try {
            String pid = Files.exists(path) ? Files.readString(path).strip() : "";
            boolean other =
                    around.earlier().isEmpty() && !pid.isEmpty() && pid.chars().allMatch(c -> c >= '0' && c <= '9');
            if (other && Files.exists(Path.of("/proc", pid))) {
                throw new RefusedException(
                        1, "\nError: Already running on PID " + pid + " (or pid file '" + name.get() + "' is stale)");
            }
        } catch (IOException e) {
            throw new RefusedException(1, "\nError: pidfile '" + name.get() + "' cannot be read: " + e.getMessage());
        }
        draft.pidFile(path);
    }
}
