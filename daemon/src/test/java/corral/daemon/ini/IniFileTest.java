package corral.daemon.ini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IniFileTest {

    @TempDir
    Path dir;

    private IniFile read(String text) throws IOException, IniException {
        return IniFile.read(Files.writeString(dir.resolve("s.conf"), text));
    }

    @Test
    void sectionsAreMergedAndTheLastValueWins() throws Exception {
        IniFile file = read("[supervisorctl]\nprompt=a\n[x]\n[supervisorctl]\nPROMPT : b\n");
        assertThat(file.value("supervisorctl", "prompt"))
                .contains(new IniFile.Value("supervisorctl", "prompt", "b", 5));
        assertThat(file.value("supervisorctl", "username")).isEmpty();
        assertThat(file.has("x")).isTrue();
        assertThat(file.has("y")).isFalse();
    }

    @Test
    void defaultsStandInForMissingKeysOfExistingSections() throws Exception {
        IniFile file = read("[DEFAULT]\nprompt=d\n[supervisorctl]\n");
        assertThat(file.value("supervisorctl", "prompt")).isPresent();
        assertThat(file.value("other", "prompt")).isEmpty();
        assertThat(file.has("DEFAULT")).isFalse();
    }

    @Test
    void valuesAreExpandedWithTheNamesGiven() throws Exception {
        IniFile file = read("[supervisorctl]\nserverurl=unix://%(here)s/%(ENV_S)s\nprompt=%(here)s\n");
        Names env = Names.NONE.withEnvironment(Map.of("S", "sock"));
        assertThat(file.value("supervisorctl", "serverurl").orElseThrow().expand(env.with("here", file.here())))
                .isEqualTo("unix://" + dir + "/sock");
        assertThat(catchThrowable(() ->
                        file.value("supervisorctl", "prompt").orElseThrow().expand(env)))
                .hasMessage(
                        "Format string '%(here)s' for 'supervisorctl.prompt' contains names ('here') which cannot be"
                                + " expanded. Available names: ENV_S");
    }

    @Test
    void filesThatCannotBeReadAreToldInSupervisorsWords() {
        Path missing = dir.resolve("missing");
        assertThat(catchThrowable(() -> IniFile.read(missing))).hasMessage("could not find config file " + missing);
        assertThat(catchThrowable(() -> IniFile.read(dir))).hasMessage("could not read config file " + dir);
        assertThat(catchThrowable(() -> read("[s]\nx\n"))).hasMessageContaining("Source contains parsing errors");
        assertThat(catchThrowable(() -> read("x=1\n"))).hasMessageContaining("File contains no section headers.");
    }

    @Test
    void searchStopsAtTheFirstFileThatExists() throws Exception {
        Path home = Files.createDirectory(dir.resolve("home"));
        Path cwd = Files.createDirectory(dir.resolve("cwd"));
        assertThat(ConfigSearch.places(home, cwd))
                .containsExactly(
                        home.resolve("etc/corral.conf"),
                        home.resolve("etc/supervisord.conf"),
                        home.resolve("corral.conf"),
                        home.resolve("supervisord.conf"),
                        cwd.resolve("corral.conf"),
                        cwd.resolve("supervisord.conf"),
                        cwd.resolve("etc/corral.conf"),
                        cwd.resolve("etc/supervisord.conf"),
                        Path.of("/etc/corral.conf"),
                        Path.of("/etc/supervisord.conf"),
                        Path.of("/etc/corral/corral.conf"),
                        Path.of("/etc/supervisor/supervisord.conf"));
        Path there = Files.createFile(cwd.resolve("supervisord.conf"));
        assertThat(ConfigSearch.find(ConfigSearch.places(home, cwd).subList(0, 6)))
                .contains(there);
        assertThat(ConfigSearch.find(ConfigSearch.places(home, cwd).subList(0, 4)))
                .isEmpty();
    }

    @Test
    void normalFormCarriesLinesAndEscapes() {
        IniText text = Dialect.parse("f", "[ a]\\ ]\nk\u0001\\=x\\\n  y\n");
        String written = NormalisedIni.write(text);
        assertThat(written).isEqualTo("[1|\\20a]\\\\\\20]\n2|k\\01\\\\ = x\\\\\\0ay\n");
        assertThat(NormalisedIni.name("1|\\20a]\\\\\\20")).isEqualTo(new NormalisedIni.Name(1, " a]\\ "));
        assertThat(NormalisedIni.text("x\\\\\\0ay")).isEqualTo("x\\\ny");
    }
}
