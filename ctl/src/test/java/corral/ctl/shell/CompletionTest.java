package corral.ctl.shell;

import static org.assertj.core.api.Assertions.assertThat;

import corral.ctl.daemon.ProcessInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionTest {
    private int questions;
    private final Completion completion = new Completion(() -> {
        questions++;
        return List.of(process("cat", "cat"), process("g", "a"), process("g", "b"), process("g-2", "g-2"));
    });

    @Test
    void theFirstWordIsACommand() {
        assertThat(complete("")).hasSize(24).contains("help", "status");
        assertThat(complete("st")).containsExactly("start", "status", "stop");
        assertThat(complete("help re")).containsExactly("reload", "remove", "reread", "restart");
        assertThat(questions).isZero();
    }

    @Test
    void namesAreBareWhereTheyAreTheGroup() {
        assertThat(complete("stop ")).containsExactly("cat", "g:a", "g:*", "g:b", "g-2");
        assertThat(complete("tail -f g")).containsExactly("g:a", "g:*", "g:b", "g-2");
        assertThat(complete("status g-")).containsExactly("g-2");
    }

    @Test
    void aColonAsksForFullNames() {
        assertThat(complete("start cat:")).containsExactly("cat:cat", "cat:*");
        assertThat(complete("start g:")).containsExactly("g:a", "g:*", "g:b");
        assertThat(complete("start g:*")).containsExactly("g:*");
    }

    @Test
    void groupsAreForWhatTakesGroups() {
        assertThat(complete("update ")).containsExactly("cat", "g", "g-2");
        assertThat(complete("remove g")).containsExactly("g", "g-2");
    }

    @Test
    void otherCommandsHaveNothingToComplete() {
        assertThat(complete("version ")).isEmpty();
        assertThat(complete("nosuch x")).isEmpty();
    }

    private List<String> complete(String line) {
        return completion.candidates(line, line.substring(Completion.wordStart(line, line.length())));
    }

    private static ProcessInfo process(String group, String name) {
        return new ProcessInfo(group, name, 20, "RUNNING", "", 1);
    }
}
