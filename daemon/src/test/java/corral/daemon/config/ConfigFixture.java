package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads configurations in a directory of its own, with known accounts and environment. */
final class ConfigFixture {
    static final String MINIMAL = """
            [supervisord]
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            """;

    private final Path dir;
    private final Map<String, String> env;

    ConfigFixture(Path dir) {
        this.dir = dir;
        this.env = Map.of("HOME", dir.toString(), "N", "7", "TMPDIR", dir.toString());
        file("passwd", "root:x:0:0:root:/root:/bin/sh\nbroken\nweb:x:1000:1001::" + dir + "/web:/bin/sh\n");
        file("group", "root:x:0:\nstaff:x:50:web\n");
    }

    Host host() {
        return new Host(dir, env, accounts(), "node", Path.of("/opt/corral"), false);
    }

    private Accounts accounts() {
        return new PasswordFiles(dir.resolve("passwd"), dir.resolve("group"));
    }

    Path main() {
        return dir.resolve("supervisord.conf");
    }

    Path file(String name, String text) {
        try {
            Path file = dir.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ConfigResult read(String text) {
        return read(text, Overrides.NONE);
    }

    ConfigResult read(String text, Overrides overrides) {
        return new ConfigReader(dir, this::accounts, Path.of("/opt/corral"))
                .read(file("supervisord.conf", text), env, overrides);
    }

    Config config(String text) {
        ConfigResult result = read(text);
        assertThat(result.errors()).isEmpty();
        return result.config().orElseThrow();
    }

    /** The configuration of a file with nothing suspicious in it but these lines. */
    Config with(String lines) {
        return config(MINIMAL + lines);
    }

    /** The first process of {@code [program:x]} with a command and these lines. */
    ProcessConfig program(String lines) {
        return with("[program:x]\ncommand=/bin/x\n" + lines + "\n")
                .groups()
                .get(0)
                .processes()
                .get(0);
    }

    /** The first error in Supervisor's words. */
    String error(String text) {
        ConfigResult result = read(text);
        assertThat(result.config()).isEmpty();
        return ProblemText.firstError(result.problems());
    }

    /** All warnings as {@code line [section] key: message}. */
    List<String> warnings(String lines) {
        return read(MINIMAL + lines).warnings().stream()
                .map(p -> ProblemText.line(p).replace(dir + "/", "").replace("supervisord.conf:", ""))
                .toList();
    }
}
