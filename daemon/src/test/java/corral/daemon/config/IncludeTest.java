package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code [include]}, spec/supervisor.md 1.5. */
class IncludeTest {

    @TempDir
    Path dir;

    private ConfigFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new ConfigFixture(dir);
    }

    private static String program(String name) {
        return "[program:" + name + "]\ncommand=%(here)s\n";
    }

    @Test
    void patternsAreRelativeToTheMainFileAndReadInOrder() {
        fixture.file("conf.d/b.conf", program("b"));
        fixture.file("conf.d/a.conf", program("a"));
        fixture.file("conf.d/.hidden.conf", program("hidden"));
        fixture.file("one.ini", program("one"));
        Config config = fixture.with("[include]\nfiles = one.in?\n  conf.d/*.conf " + dir + "/[xo]ne.ini");
        assertThat(config.included())
                .containsExactly(
                        dir.resolve("one.ini"),
                        dir.resolve("conf.d/a.conf"),
                        dir.resolve("conf.d/b.conf"),
                        dir.resolve("one.ini"));
        assertThat(config.groups()).extracting(GroupConfig::name).containsExactly("a", "b", "one");
    }

    @Test
    void includedFilesMergeAndTheLastValueWins() {
        fixture.file("i.conf", "[program:a]\nstartsecs=5\n[supervisord]\nidentifier=i\n");
        Config config = fixture.with("identifier=x\n" + program("a") + "startsecs=1\n[include]\nfiles=i.conf\n"
                + "[supervisord]\nidentifier=main\n");
        assertThat(config.daemon().identifier()).isEqualTo("i");
        assertThat(config.groups().get(0).processes().get(0).startsecs()).isEqualTo(5);
        assertThat(config.groups().get(0).processes().get(0).origin()).isEqualTo(new Origin(fixture.main(), 5));
    }

    @Test
    void hereIsTheDirectoryOfEachFile() {
        fixture.file("sub/i.conf", program("i") + "environment=H=\"%(here)30s\"\n");
        Config config = fixture.with(program("m") + "[include]\nfiles=sub/*");
        assertThat(config.groups())
                .extracting(g -> g.processes().get(0).command())
                .containsExactly(dir + "/sub", dir + "");
        assertThat(config.groups().get(0).processes().get(0).environment())
                .isEqualTo(Map.of("H", String.format("%30s", dir)));
    }

    @Test
    void includedSectionMayBeTheOnlySupervisord() {
        fixture.file("i.conf", "[supervisord]\nidentifier=i\n");
        assertThat(fixture.config("[include]\nfiles=i.conf").daemon().identifier())
                .isEqualTo("i");
    }

    @Test
    void nestedIncludeIsIgnoredWithAWarning() {
        fixture.file("i.conf", "[include]\nfiles=j.conf\n");
        fixture.file("j.conf", program("j"));
        assertThat(fixture.with("[include]\nfiles=i.conf").groups()).isEmpty();
        assertThat(fixture.warnings("[include]\nfiles=i.conf"))
                .containsExactly("i.conf:1: warning: [include] is ignored in a file that was itself included");
    }

    @Test
    void filesMustBeGiven() {
        assertThat(fixture.error("[supervisord]\n[include]"))
                .isEqualTo(".ini file has [include] section, but no files setting");
    }

    @Test
    void patternWithoutAMatchIsAWarning() {
        assertThat(fixture.warnings("[include]\nfiles=no/*.conf"))
                .containsExactly("5: warning: [include] files: No file matches via include \"no/*.conf\"");
        assertThat(fixture.read("[supervisord]\n[include]\nfiles=no")
                        .warnings()
                        .get(0)
                        .message())
                .isEqualTo("No file matches via include \"" + dir + "/no\"");
    }

    @Test
    void fileThatCannotBeReadIsSkippedWithAWarning() {
        fixture.file("conf.d/x/file", "");
        assertThat(fixture.warnings("[include]\nfiles=conf.d/*"))
                .containsExactly(
                        "5: warning: [include] files: included file \"conf.d/x\" cannot be read and is skipped");
    }

    @Test
    void filesMayUseHereTheMachineAndTheEnvironmentOnly() {
        fixture.file("7.conf", program("a"));
        assertThat(fixture.with("[include]\nfiles=%(here)s/%(ENV_N)s.conf").groups())
                .hasSize(1);
        assertThat(fixture.read("[supervisord]\n[include]\nfiles=%(host_node_name)s")
                        .errors())
                .isEmpty();
        assertThat(fixture.error("[supervisord]\nenvironment=A=1\n[include]\nfiles=%(ENV_A)s"))
                .startsWith("Format string '%(ENV_A)s' for 'include.files' contains names ('ENV_A')");
    }

    @Test
    void errorsNameTheIncludedFile() {
        Path file = fixture.file("i.conf", "[program:a]\ncommand=x\n\nstartsecs=soon\n");
        Problem problem =
                fixture.read("[supervisord]\n[include]\nfiles=i.conf").errors().get(0);
        assertThat(problem.origin()).isEqualTo(new Origin(file, 4));
        assertThat(problem.supervisorText())
                .isEqualTo(
                        "invalid literal for int() with base 10: 'soon' in section 'program:a' (file: '" + file + "')");
    }

    @Test
    void globsMatchWithinOneName() {
        assertThat(Glob.matches("*.conf", 0, "a.conf", 0)).isTrue();
        assertThat(Glob.matches("a*b*c", 0, "aXbbXc", 0)).isTrue();
        assertThat(Glob.matches("[a-c]?", 0, "b1", 0)).isTrue();
        assertThat(Glob.matches("[!a-c]?", 0, "b1", 0)).isFalse();
        assertThat(Glob.matches("[]x]", 0, "]", 0)).isTrue();
        assertThat(Glob.matches("[x", 0, "[x", 0)).isTrue();
        assertThat(Glob.matches("a", 0, "ab", 0)).isFalse();
        assertThat(Glob.matches("[a-]", 0, "-", 0)).isTrue();
    }
}
