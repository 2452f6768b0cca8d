package corral.it.server;

import java.util.List;
import java.util.stream.Collectors;

/** What a client saw on a connection. */
record Observed(List<Response> responses, End end) {
    /** How it ended. */
    enum End {
        /** It answered one more request. */
        OPEN,
        /** Closed in order. */
        CLOSED,
        RESET,
        /** Neither an answer nor an end within the time. */
        STUCK
    }

    /** Whether it ended within a response. */
    boolean cut() {
        boolean over = end == End.CLOSED || end == End.RESET;
        return over
                && !responses.isEmpty()
                && !responses.get(responses.size() - 1).complete();
    }

    @Override
    public String toString() {
        return responses.stream()
                        .map(response -> response.status() + " " + response.framing()
                                + (response.complete() ? "" : " incomplete") + " \"" + Text.escape(response.body())
                                + "\" [" + Text.escape(response.head()) + "]")
                        .collect(Collectors.joining("\n    "))
                + "\n    " + end;
    }
}
