package corral.server.access;

import corral.server.exchange.RequestHead;

/** One JSON object per line; times in seconds, null for what is unknown. */
final class JsonFormat implements LineFormat {
    private final LogClock clock;

    JsonFormat(LogClock clock) {
        this.clock = clock;
    }

    @Override
    public void append(StringBuilder out, AccessEntry entry) {
        RequestHead head = entry.head();
        out.append("{\"time\":\"").append(clock.iso()).append('"');
        text(out, "client", entry.clientHost());
        out.append(",\"port\":").append(entry.clientPort());
        text(out, "scheme", entry.scheme());
        text(out, "method", head == null ? null : head.method());
        text(out, "path", head == null ? null : Paths.decoded(head.rawPath()));
        text(out, "query", head == null ? null : head.query());
        text(out, "protocol", head == null ? null : "HTTP/1." + head.minorVersion());
        text(out, "host", head == null ? null : head.header("host"));
        text(out, "referer", head == null ? null : head.lastHeader("referer"));
        text(out, "user_agent", head == null ? null : head.lastHeader("user-agent"));
        out.append(",\"status\":").append(entry.status());
        out.append(",\"bytes\":").append(entry.bodyBytes());
        out.append(",\"seconds\":");
        Elapsed.appendSeconds(out, Elapsed.micros(entry));
        out.append(",\"queue_seconds\":");
        Elapsed.appendSeconds(out, Math.max(0, entry.queueNanos() / 1000));
        number(out, "worker", entry.workerIndex(), entry.workerIndex() >= 0);
        number(out, "pid", entry.workerPid(), entry.workerPid() > 0);
        out.append('}');
    }

    private static void text(StringBuilder out, String name, String latin1) {
        out.append(",\"").append(name).append("\":");
        Escaped.json(out, latin1 == null ? null : Paths.utf8(latin1));
    }

    private static void number(StringBuilder out, String name, int value, boolean known) {
        out.append(",\"").append(name).append("\":").append(known ? Integer.toString(value) : "null");
    }
}
