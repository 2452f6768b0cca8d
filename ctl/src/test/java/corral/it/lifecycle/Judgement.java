package corral.it.lifecycle;

import corral.it.load.ExecutionLog;
import corral.it.load.Failure;
import corral.it.load.LoadResult;
import corral.it.load.Shape;
import corral.it.load.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What failed, and what of it could not be helped: a POST whose worker was killed under it (nobody may send it again), an answer
 * that had begun when its worker was killed, whatever was on the connections of a front that was killed.
 *
 * @param idempotent failures of GETs that could be helped
 * @param posts failures of POSTs that could be helped
 * @param lostPosts POSTs whose worker was killed under them
 * @param cut answers and WebSockets that had begun when their worker, or any request when its front, was killed
 * @param closedReused requests on a kept connection that was closed without a byte and that did not run, see
 *     {@link Verdict#CLOSED_REUSED}
 * @param misdelivered answers to others, and those that nobody had asked for
 * @param duplicated POSTs and messages that ran twice, parts and echoes that came twice
 * @param sockets failures of WebSockets that could be helped: lost echoes, abnormal ends
 * @param kinds how often which failure, those that could not be helped among them
 * @param bad failures that could be helped, for messages
 */
public record Judgement(
        long idempotent,
        long posts,
        long lostPosts,
        long cut,
        long closedReused,
        long misdelivered,
        long duplicated,
        long sockets,
        Map<String, Integer> kinds,
        List<Failure> bad) {

    /** How long after it was killed a front, whose memory has to be freed first, may seem to be there. */
    private static final long FRONT_NS = 300_000_000;

    public static Judgement of(LoadResult result, ExecutionLog log, List<Course.Kill> kills) {
        return new Court(result, log, kills).judge();
    }

    /** Whether nothing is wrong. */
    public boolean clean() {
        return idempotent + posts + closedReused + misdelivered + duplicated + sockets == 0;
    }

    private static final class Court {
        private final LoadResult result;
        private final ExecutionLog log;
        private final List<Course.Kill> kills;
        private final Map<String, Integer> kinds = new TreeMap<>();
        private final List<Failure> bad = new ArrayList<>();
        private long idempotent;
        private long posts;
        private long lostPosts;
        private long cut;
        private long closedReused;
        private long misdelivered;
        private long duplicated;
        private long sockets;

        Court(LoadResult result, ExecutionLog log, List<Course.Kill> kills) {
            this.result = result;
            this.log = log;
            this.kills = kills;
        }

        Judgement judge() {
            for (Failure failure : result.failures()) {
                String shape = failure.shape() == Shape.SOCKET
                        ? "ws "
                        : failure.shape().hasBody() ? "POST " : "GET ";
                kinds.merge(shape + failure.kind(), 1, Integer::sum);
                count(failure);
            }
            for (String message : result.crossed()) {
                // The application got it, so its echo is missing; otherwise it crossed the close frame.
                if (log.owners().containsKey(message)) {
                    sockets++;
                    kinds.merge("ws lost at close", 1, Integer::sum);
                }
            }
            misdelivered += result.strays();
            duplicated += log.twice().size();
            return new Judgement(
                    idempotent, posts, lostPosts, cut, closedReused, misdelivered, duplicated, sockets, kinds, bad);
        }

        private void count(Failure failure) {
            boolean helped = true;
            switch (failure.verdict()) {
                case MISDELIVERED -> misdelivered++;
                case DUPLICATED -> duplicated++;
                default -> helped = countFailure(failure);
            }
            if (helped) {
                bad.add(failure);
            }
        }

        /** Whether it could be helped. */
        private boolean countFailure(Failure failure) {
            boolean byWorker = kills.stream().anyMatch(kill -> !kill.front() && under(kill, failure));
            boolean byFront = kills.stream().anyMatch(kill -> kill.front() && with(kill, failure));
            if (byFront) {
                cut++;
                return false;
            }
            if (failure.shape() == Shape.SOCKET) {
                cut += byWorker ? 1 : 0;
                sockets += byWorker ? 0 : 1;
                return !byWorker;
            }
            if (byWorker && failure.shape().hasBody()) {
                lostPosts++;
                return false;
            }
            if (byWorker && failure.begun()) {
                cut++;
                return false;
            }
            if (failure.verdict() == Verdict.CLOSED_REUSED && !log.owners().containsKey(failure.id())) {
                closedReused++;
            } else if (failure.shape().idempotent()) {
                idempotent++;
            } else {
                posts++;
            }
            return true;
        }

        /** Whether the worker that had the request was killed before its end. */
        private boolean under(Course.Kill kill, Failure failure) {
            if (kill.fromNs() > failure.endNs()) {
                return false;
            }
            Long owner = failure.pid() != 0
                    ? Long.valueOf(failure.pid())
                    : log.owners().get(failure.id());
            // One that never ran may have been on its way to the worker.
            return owner != null ? owner == kill.pid() : failure.sentNs() <= kill.untilNs();
        }

        /** Whether the request was on a connection of the front when that was killed. */
        private static boolean with(Course.Kill kill, Failure failure) {
            return failure.sentNs() <= kill.fromNs() + FRONT_NS
                    && failure.endNs() >= kill.fromNs()
                    && switch (failure.verdict()) {
                        case RESET, CLOSED, CLOSED_REUSED, TRUNCATED, ABNORMAL -> true;
                        default -> false;
                    };
        }
    }
}
