package corral.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same file made anew for a server that runs. */
class GeneratedFileTest {
    private static final String HOME = "corral.installation";

    @TempDir
    Path directory;

    @BeforeEach
    void install() {
        System.setProperty(HOME, "/opt/corral home");
    }

    @AfterEach
    void remove() {
        System.clearProperty(HOME);
    }

    private List<String> lines(boolean again, boolean colours, String... words) throws Exception {
        Path file = directory.resolve("private/corral.conf");
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Surroundings around = new Surroundings(Map.of("PATH", "/usr/bin:/bin"), directory, nowhere, nowhere);
        List<String> arguments = new ArrayList<>(List.of("--out=" + file, "serve", "main:app"));
        arguments.addAll(List.of(words));
        Surroundings own = again ? around.typedEarlier(colours) : around;
        assertThat(new Translate(own, false).run(arguments)).isZero();
        return Files.readAllLines(file);
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key + "="))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void saysHowItIsMadeAnew() throws Exception {
        List<String> lines = lines(false, false, "--headers", "x: it's 100%");
        assertThat(lines).contains("hangup=reload");
        assertThat(value(lines, "regenerate"))
                .isEqualTo("regenerate='/opt/corral home/bin/corral' --translate-again '" + directory
                        + "/private/corral.conf' '" + directory
                        + "' plain 'serve' 'main:app' '--headers' 'x: it'\\''s 100%%'");
    }

    @Test
    void theDaemonAndItsClientsGoOnWithTheSamePassword() throws Exception {
        String password = value(lines(false, false), "password");
        assertThat(value(lines(true, false), "password")).isEqualTo(password);
        Files.delete(directory.resolve("private/corral.conf"));
        assertThat(value(lines(true, false), "password")).isNotEqualTo(password);
    }

    @Test
    void theTerminalOfThenCounts() throws Exception {
        assertThat(lines(true, true)).contains("use_colors=true");
        assertThat(value(lines(true, true), "regenerate")).contains("' colours 'serve'");
        assertThat(lines(true, false)).noneMatch(line -> line.startsWith("use_colors"));
    }
}
