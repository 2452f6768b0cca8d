package corral.daemon.control;

import corral.daemon.process.Refusal;
import corral.daemon.process.RefusedException;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.event.Level;

/** The one place that decides what a client sees of an exception, and how loud it is in the log. */
final class FaultMapping {

    /**
     * What a client sees.
     *
     * @param fault code of the fault
     * @param text its faultString
     * @param level how to log it: an expected answer is only traced
     */
    record Answer(int fault, String text, Level level) {

        /** Whether it is an answer that the API foresees; the rest is HTTP 500 outside of a multicall. */
        boolean isExpected() {
            return level != Level.ERROR;
        }
    }

    private FaultMapping() {}

    /** Decides for any exception, also one wrapped by a future. */
    static Answer answer(Throwable thrown) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof RpcFault fault) {
            return new Answer(fault.code(), fault.faultString(), Level.TRACE);
        }
        if (cause instanceof RefusedException refused) {
            return new Answer(fault(refused.refusal()).code(), text(refused), Level.TRACE);
        }
        if (cause instanceof RejectedExecutionException) {
            return new Answer(Fault.FAILED.code(), "FAILED: too many requests at once", Level.WARN);
        }
        return new Answer(Fault.FAILED.code(), "FAILED: " + cause, Level.ERROR);
    }

    /** The faultString of a refusal. */
    static String text(RefusedException refused) {
        // An empty name is a name too, where an empty detail otherwise means that there is none.
        return refused.refusal() == Refusal.BAD_NAME ? "BAD_NAME: " + refused.detail() : refused.getMessage();
    }

    /** What a future's exception is about. */
    static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The fault of a refusal. */
    static Fault fault(Refusal refusal) {
        return switch (refusal) {
            case SHUTDOWN_STATE -> Fault.SHUTDOWN_STATE;
            case BAD_NAME -> Fault.BAD_NAME;
            case BAD_SIGNAL -> Fault.BAD_SIGNAL;
            case NO_FILE -> Fault.NO_FILE;
            case NOT_EXECUTABLE -> Fault.NOT_EXECUTABLE;
            case FAILED -> Fault.FAILED;
            case ABNORMAL_TERMINATION -> Fault.ABNORMAL_TERMINATION;
            case SPAWN_ERROR -> Fault.SPAWN_ERROR;
            case ALREADY_STARTED -> Fault.ALREADY_STARTED;
            case NOT_RUNNING -> Fault.NOT_RUNNING;
            case ALREADY_ADDED -> Fault.ALREADY_ADDED;
            case STILL_RUNNING -> Fault.STILL_RUNNING;
            case CANT_REREAD -> Fault.CANT_REREAD;
        };
    }
}
