package corral.server.access;

import corral.server.options.AccessLogOptions;
import corral.server.options.HttpOptions;
import corral.server.options.ServerOptions;
import corral.server.options.StatsdOptions;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Makes the access log that options ask for. */
public final class AccessLogs {
    private AccessLogs() {}

    /**
     * Opens the log's file and begins to write.
     *
     * @throws IOException the file or the statsd host cannot be had; the message names it
     * @throws IllegalArgumentException the format cannot be understood; the message says where
     */
    public static AccessLog open(ServerOptions options) throws IOException {
        List<EntrySink> sinks = new ArrayList<>();
        boolean wantsResponseHeaders = false;
        AccessLogOptions log = options.accessLog();
        if (log.path() != null) {
            LineFormat format = format(log, options.http());
            wantsResponseHeaders = format.wantsResponseHeaders();
            try {
                sinks.add(new LineFile(format, log.path()));
            } catch (IOException e) {
                throw new IOException("access_log: " + log.path() + " cannot be opened: " + e, e);
            }
        }
        StatsdOptions statsd = options.statsd();
        if (statsd.host() != null) {
            Datagrams datagrams = Datagrams.to(statsd.host());
            sinks.add(new StatsdSink(new Statsd(datagrams, statsd.prefix(), statsd.tags()), datagrams));
        }
        return sinks.isEmpty() ? new NoAccessLog() : new AccessWriter(sinks, wantsResponseHeaders).start();
    }

    private static LineFormat format(AccessLogOptions log, HttpOptions http) {
        LogClock clock = new LogClock(System::currentTimeMillis, ZoneId.systemDefault());
        return switch (log.format()) {
            case "combined" -> AtomFormat.of(AtomFormat.COMBINED, clock);
            case "uvicorn" -> new UvicornFormat(http.rootPathInPath() ? http.rootPath() : "", log.colors());
            case "json" -> new JsonFormat(clock);
            default -> AtomFormat.of(log.format(), clock);
        };
    }
}
