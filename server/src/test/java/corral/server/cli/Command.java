package corral.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a command line as the launcher does, in a project of its own, and reads back what was generated. */
final class Command {
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();

    private boolean triesAddresses;

    Command(Path directory) {
        this.directory = directory;
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("LC_CTYPE", "C.UTF-8");
    }

    /**
     * What came of it.
     *
     * @param values keys of the server's section, unescaped
     * @param daemon keys of the daemon's section
     * @param section name of the server's section
     */
    record Result(
            int status,
            String out,
            String err,
            boolean generated,
            Map<String, String> values,
            Map<String, String> daemon,
            String section) {}

    /** An address in use ends the command. */
    Command tryingAddresses() {
        triesAddresses = true;
        return this;
    }

    Command with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Command file(String name, String text) {
        try {
            Path path = directory.resolve(name);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Result run(String... arguments) {
        Path file = directory.resolve("private/corral.conf");
        List<String> all = new ArrayList<>(List.of("--out=" + file));
        all.addAll(List.of(arguments));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            Files.deleteIfExists(file);
            Surroundings around = new Surroundings(
                    environment,
                    directory,
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8));
            int status = new Translate(around, triesAddresses).run(all);
            boolean generated = Files.exists(file);
            Map<String, Map<String, String>> sections = generated ? sections(Files.readString(file)) : Map.of();
            String server = sections.keySet().stream()
                    .filter(name -> name.startsWith("server:"))
                    .findFirst()
                    .orElse("server:none");
            return new Result(
                    status,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8),
                    generated,
                    sections.getOrDefault(server, Map.of()),
                    sections.getOrDefault("supervisord", Map.of()),
                    server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Map<String, String>> sections(String text) {
        Map<String, Map<String, String>> sections = new LinkedHashMap<>();
        Map<String, String> section = new LinkedHashMap<>();
        for (String line : text.replace("\n %(here).0s", "\u0001").split("\n", -1)) {
            int equals = line.indexOf('=');
            if (line.startsWith("[")) {
                section = sections.computeIfAbsent(line.substring(1, line.length() - 1), key -> new LinkedHashMap<>());
            } else if (equals > 0 && !line.startsWith(";")) {
                section.put(
                        line.substring(0, equals),
                        line.substring(equals + 1)
                                .replace("\u0001", "\n")
                                .replace("%(here)1.0s", " ")
                                .replace("%(here).0s", "")
                                .replace("%%", "%"));
            }
        }
        return sections;
    }
}
