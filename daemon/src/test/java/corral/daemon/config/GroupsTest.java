package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups and naming, spec/supervisor.md 1.8 and 3.5. */
class GroupsTest {

    @TempDir
    Path dir;

    private ConfigFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new ConfigFixture(dir);
    }

    /** Namespecs in the order in which daemon start uses them. */
    private List<String> names(String lines) {
        List<String> names = new ArrayList<>();
        for (GroupConfig group : fixture.with(lines).groups()) {
            names.add(group.name() + ":");
            group.processes().forEach(process -> names.add(process.name()));
        }
        return names;
    }

    private static String program(String name, String... lines) {
        return "[program:" + name + "]\ncommand=%(group_name)s\n" + String.join("\n", lines) + "\n";
    }

    @Test
    void defaults() {
        assertThat(fixture.with("[group:g]").groups()).containsExactly(new GroupConfig("g", 999, List.of()));
    }

    @Test
    void fullMapping() {
        GroupConfig group = fixture.with("[group:g]\nprograms=x\npriority=-3\n[program:x]\ncommand=/bin/x")
                .groups()
                .get(0);
        assertThat(group).isEqualTo(new GroupConfig("g", -3, List.of(fixture.program(""))));
    }

    @Test
    void programIsAGroupOfItsOwn() {
        assertThat(names(program("b") + program("a"))).containsExactly("a:", "a", "b:", "b");
    }

    @Test
    void groupTakesItsProgramsAway() {
        assertThat(names("[group:g]\nprograms=b, a\n" + program("a") + program("b") + program("c")))
                .containsExactly("c:", "c", "g:", "b", "a");
    }

    @Test
    void programMayBeInSeveralGroups() {
        Config config = fixture.with("[group:g]\nprograms=a\n[group:h]\nprograms=a\n" + program("a"));
        assertThat(config.groups())
                .extracting(g -> g.processes().get(0).command())
                .containsExactly("g", "h");
    }

    @Test
    void programTwiceInAGroupRunsOnce() {
        assertThat(names("[group:g]\nprograms=a,a\n" + program("a"))).containsExactly("g:", "a");
    }

    @Test
    void groupMayBeEmpty() {
        assertThat(names("[group:g]\n[group:h]\nprograms=\n")).containsExactly("g:", "h:");
    }

    @Test
    void numprocsZeroIsAnEmptyGroup() {
        assertThat(names(program("a", "numprocs=0"))).containsExactly("a:");
    }

    @Test
    void groupsSortByPriorityThenName() {
        assertThat(names(program("c", "priority=1") + program("b", "priority=1") + program("a")
                        + "[group:z]\npriority=-1"))
                .containsExactly("z:", "b:", "b", "c:", "c", "a:", "a");
    }

    @Test
    void memberPrioritiesDoNotOrderAGroup() {
        assertThat(names("[group:g]\nprograms=a,b\n" + program("a", "priority=9") + program("b", "priority=1")))
                .containsExactly("g:", "a", "b");
    }

    @Test
    void processesOfASectionSortByName() {
        assertThat(names(program("a", "numprocs=11", "process_name=%(process_num)s")))
                .containsExactly("a:", "0", "1", "10", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @Test
    void ofTwoGroupsWithOneNameTheFirstStays() {
        String lines = "[group:a]\nprograms=b\n" + program("b") + program("a", "priority=2");
        assertThat(names(lines)).containsExactly("a:", "a");
        assertThat(fixture.warnings(lines))
                .containsExactly(
                        "4: warning: [group:a] two groups are named 'a'; the one with priority 999 is ignored");
    }

    @Test
    void badNamesAreRefused() {
        assertThat(fixture.error("[supervisord]\n" + program("a b")))
                .isEqualTo("Invalid name: 'a b' because of character: ' '");
        assertThat(fixture.error("[supervisord]\n" + program("a:b")))
                .isEqualTo("Invalid name: 'a:b' because of character: ':'");
        assertThat(fixture.error("[supervisord]\n[group:a/b]"))
                .isEqualTo("Invalid name: 'a/b' because of character: '/'");
        assertThat(fixture.error("[supervisord]\n" + program("a", "process_name=x y")))
                .isEqualTo("Invalid name: 'x y' because of character: ' ' in section 'program:a' (file: '"
                        + fixture.main() + "')");
    }

    @Test
    void namesAreTrimmedAndMayBeEmpty() {
        assertThat(names(program(" a "))).containsExactly("a:", "a");
        assertThat(names(program(""))).containsExactly(":", "");
    }

    @Test
    void nameIsCheckedBeforeItIsExpanded() {
        assertThat(names("[program:a]\ncommand=x\nprocess_name=%(here)s")).containsExactly("a:", dir.toString());
    }

    @Test
    void unknownMemberIsRefusedWithASuggestion() {
        ConfigResult result = fixture.read("[supervisord]\n[group:g]\nprograms=wbe\n" + program("web"));
        assertThat(ProblemText.firstError(result.problems()))
                .isEqualTo("[group:g] names unknown program or fcgi-program wbe");
        assertThat(result.errors().get(0).message()).endsWith("(did you mean web?)");
    }

    @Test
    void ambiguousMemberIsRefused() {
        assertThat(fixture.error("[supervisord]\n[group:g]\nprograms=f\n" + program("f")
                        + "[fcgi-program:f]\ncommand=x\nsocket=unix:///s"))
                .isEqualTo("[group:g] name f is ambiguous (exists as program and fcgi-program)");
    }

    @Test
    void sectionsThatAreNotSupportedYetAreRefusedByName() {
        ConfigResult result = fixture.read("""
                [supervisord]
                [eventlistener:l]
                command=x
                events=TICK_5
                [fcgi-program:f]
                command=x
                socket=unix:///s
                startsecs=soon
                """);
        assertThat(result.errors())
                .extracting(Problem::supervisorText)
                .containsExactly(
                        "[eventlistener:l] is not supported yet",
                        "[fcgi-program:f] is not supported yet",
                        "invalid literal for int() with base 10: 'soon' in section 'fcgi-program:f' (file: '"
                                + fixture.main() + "')");
        assertThat(ProblemText.line(result.errors().get(0)))
                .endsWith("2: error: [eventlistener:l] is not supported yet");
        assertThat(result.warnings()).extracting(Problem::key).containsExactly("");
    }
}
