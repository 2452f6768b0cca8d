package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reread reports, spec/supervisor.md 6.6. */
class ConfigDiffTest {
    private static final String A = "[program:a]\ncommand=x\n";
    private static final String B = "[program:b]\ncommand=x\n";

    @TempDir
    Path dir;

    private ConfigFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new ConfigFixture(dir);
    }

    private ConfigDiff diff(String before, String after) {
        List<GroupConfig> active = fixture.with(before).groups();
        return ConfigDiff.between(active, fixture.with(after).groups());
    }

    private static ConfigDiff changed(String... names) {
        return new ConfigDiff(List.of(), List.of(names), List.of());
    }

    @Test
    void sameFileIsNoDifference() {
        assertThat(diff(A + B, A + B).isEmpty()).isTrue();
    }

    @Test
    void movedSectionsAndCommentsAreNoDifference() {
        assertThat(diff(A + B, "; c\n" + B + "\n\n" + A + "autostart=TRUE\n").isEmpty())
                .isTrue();
    }

    @Test
    void namesAreSorted() {
        assertThat(diff("[program:z]\ncommand=x\n[program:y]\ncommand=x\n" + A, B + "[program:c]\ncommand=x\n" + A))
                .isEqualTo(new ConfigDiff(List.of("b", "c"), List.of(), List.of("y", "z")));
    }

    @Test
    void anyOptionOfAnyMemberChangesTheGroup() {
        String group = "[group:g]\nprograms=a,b\n";
        assertThat(diff(group + A + B, group + A + B + "startsecs=2\n")).isEqualTo(changed("g"));
        assertThat(diff(A, A + "priority=1\n")).isEqualTo(changed("a"));
        assertThat(diff(group + A + B, group + "priority=1\n" + A + B)).isEqualTo(changed("g"));
        assertThat(diff(group + A + B, "[group:g]\nprograms=b,a\n" + A + B)).isEqualTo(changed("g"));
    }

    @Test
    void numprocsChangesTheGroup() {
        String numbered = A + "process_name=%(process_num)s\nnumprocs=";
        assertThat(diff(numbered + 3, numbered + 4)).isEqualTo(changed("a"));
    }

    @Test
    void changeBetweenAutoAndPathIsSeenBothWays() {
        assertThat(diff(A, A + "stdout_logfile=x\n")).isEqualTo(changed("a"));
        assertThat(diff(A + "stdout_logfile=x\n", A)).isEqualTo(changed("a"));
    }

    @Test
    void globalEnvironmentChangesEveryProgram() {
        assertThat(diff(A + B, A + B + "[supervisord]\nenvironment=E=1\n")).isEqualTo(changed("a", "b"));
    }

    @Test
    void serversChangeNoProgram() {
        assertThat(diff(A, A + "[unix_http_server]\nfile=s\n").isEmpty()).isTrue();
    }
}
