package corral.daemon.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GroupQueueTest {
    private final GroupQueue queue = new GroupQueue();
    private final List<String> begun = new ArrayList<>();

    private CompletableFuture<String> submit(String group, String name, CompletableFuture<String> operation) {
        return queue.submit(group, () -> {
            begun.add(name);
            return operation;
        });
    }

    @Test
    void oneOperationOfAGroupWaitsForTheOther() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> answer = submit("g", "first", first);
        CompletableFuture<String> next = submit("g", "second", CompletableFuture.completedFuture("b"));

        assertThat(begun).containsExactly("first");
        assertThat(queue.isBusy("g")).isTrue();

        first.complete("a");

        assertThat(begun).containsExactly("first", "second");
        assertThat(answer).isCompletedWithValue("a");
        assertThat(next).isCompletedWithValue("b");
        assertThat(queue.isBusy("g")).isFalse();
    }

    @Test
    void groupsDoNotWaitForEachOther() {
        CompletableFuture<String> unused = submit("g", "first", new CompletableFuture<>());
        CompletableFuture<String> other = submit("h", "second", CompletableFuture.completedFuture("b"));

        assertThat(begun).containsExactly("first", "second");
        assertThat(other).isCompletedWithValue("b");
        assertThat(unused).isNotDone();
    }

    @Test
    void aFailedOperationLetsTheNextBegin() {
        CompletableFuture<String> failed =
                submit("g", "first", CompletableFuture.failedFuture(new RefusedException(Refusal.FAILED, "why")));
        CompletableFuture<String> next = submit("g", "second", CompletableFuture.completedFuture("b"));

        assertThat(failed).isCompletedExceptionally();
        assertThat(next).isCompletedWithValue("b");
    }
}
