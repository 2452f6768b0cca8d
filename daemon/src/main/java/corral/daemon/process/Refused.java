package corral.daemon.process;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Refusals as futures. */
final class Refused {
    private Refused() {}

    static <T> CompletableFuture<T> of(Refusal refusal, String detail) {
        return CompletableFuture.failedFuture(new RefusedException(refusal, detail));
    }

    /** Why, in one line: what follows is what somebody else has written. */
    static String reason(RefusedException refused) {
        return refused.detail().lines().findFirst().orElse("");
    }

    /** The refusal that a future failed with; anything else becomes FAILED with its message. */
    static RefusedException from(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        return cause instanceof RefusedException refused
                ? refused
                : new RefusedException(Refusal.FAILED, String.valueOf(cause.getMessage()));
    }
}
