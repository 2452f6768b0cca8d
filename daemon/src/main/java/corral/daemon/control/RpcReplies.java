package corral.daemon.control;

import corral.daemon.process.Outcome;
import corral.daemon.process.Refusal;
import corral.daemon.process.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Turns what the supervisor answers into values for the client. The work is done on the event loop, not on the
 * supervision loop that completes the futures.
 *
 * @param loop the event loop
 */
record RpcReplies(Executor loop) {

    <T, R> CompletableFuture<R> then(CompletableFuture<T> answer, Function<? super T, ? extends R> value) {
        return answer.thenApplyAsync(value, loop);
    }

    /** True once it is done. */
    CompletableFuture<Boolean> success(CompletableFuture<?> answer) {
        return answer.thenApply(nothing -> Boolean.TRUE);
    }

    /** Status structs in the order of completion. */
    CompletableFuture<List<Map<String, Object>>> statuses(CompletableFuture<List<Outcome>> outcomes) {
        return then(outcomes, list -> list.stream().map(ProcessStructs::status).toList());
    }

    /** The same answer; a refusal of the group's name names the whole namespec as the client gave it. */
    <T> CompletableFuture<T> naming(Namespec name, CompletableFuture<T> answer) {
        return answer.exceptionally(failure -> {
            Throwable cause = FaultMapping.unwrap(failure);
            boolean badName = cause instanceof RefusedException refused && refused.refusal() == Refusal.BAD_NAME;
            throw new CompletionException(badName ? new RefusedException(Refusal.BAD_NAME, name.text()) : cause);
        });
    }
}
