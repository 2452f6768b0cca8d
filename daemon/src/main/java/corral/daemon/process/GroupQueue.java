package corral.daemon.process;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Operations that change the members of a group, one after another per group, in the order in which they were asked for. Loop thread. */
final class GroupQueue {
    private final Map<String, ArrayDeque<Runnable>> byGroup = new HashMap<>();

    /**
     * Begins the operation now, or when those before it are over.
     *
     * @return what the operation returns
     */
    <T> CompletableFuture<T> submit(String group, Supplier<CompletableFuture<T>> operation) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        ArrayDeque<Runnable> queue = byGroup.computeIfAbsent(group, name -> new ArrayDeque<>());
        queue.add(() -> operation.get().whenComplete((value, error) -> {
            finish(group, queue);
            if (error == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(error);
            }
        }));
        if (queue.size() == 1) {
            queue.element().run();
        }
        return answer;
    }

    /** Whether an operation is under way. */
    boolean isBusy(String group) {
        return byGroup.containsKey(group);
    }

    private void finish(String group, ArrayDeque<Runnable> queue) {
        queue.remove();
        if (queue.isEmpty()) {
            byGroup.remove(group);
        } else {
            queue.element().run();
        }
    }
}
