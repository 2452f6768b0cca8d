package corral.server;

import corral.server.access.AccessLog;
import corral.server.access.AccessLogs;
import corral.server.http.Forwarding;
import corral.server.logging.ServerLog;
import corral.server.options.FrontArguments;
import corral.server.options.ServerOptions;
import corral.server.proxy.ForwardedHeaders;
import corral.server.proxy.ProxyTrust;
import corral.server.tls.TlsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code corral-server}: the front of a server. */
public final class CorralServer {
    private static final Logger LOG = LoggerFactory.getLogger(CorralServer.class);
    private static final int USAGE = 2;
    private static final int FAILURE = 1;

    private CorralServer() {}

    /** Runs until told to stop by a signal. */
    public static void main(String[] arguments) throws InterruptedException {
        FrontArguments.Result result = FrontArguments.parse(List.of(arguments), System.getenv(), isTerminal());
        if (result instanceof FrontArguments.Help help) {
            System.out.println(help.text());
        } else if (result instanceof FrontArguments.Wrong wrong) {
            wrong.problems().forEach(problem -> System.err.println("corral-server: " + problem));
            System.exit(USAGE);
        } else if (result instanceof FrontArguments.Run run) {
            System.exit(serve(run.options()) ? 0 : FAILURE);
        }
    }

    /** Since JDK 22, System.console() is there without a terminal, too. */
    private static boolean isTerminal() {
        try {
            String stdout = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return stdout.startsWith("/dev/pts/") || stdout.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean serve(ServerOptions options) throws InterruptedException {
        ServerLog log = ServerLog.open(options, level -> {});
        try (Edge edge = Edge.open(options);
                AccessLog accessLog = AccessLogs.open(options)) {
            Forwarding forwarding = new ForwardedHeaders(options.proxy(), ProxyTrust.forwarded(options));
            Front front = new Front(options, accessLog, forwarding, edge);
            front.start();
            Stop stop = new Stop(front);
            Signals.on("TERM", stop::gracefully);
            Signals.on("INT", stop::quickly);
            Signals.on("USR2", stop::handOver);
            Signals.on("HUP", edge::reload);
            Signals.on("USR1", accessLog::reopen);
            front.announceReady();
            return front.awaitEnd();
        } catch (TlsException | IOException | IllegalArgumentException e) {
            LOG.error("{}", e.getMessage());
            return false;
        } finally {
            log.close();
        }
    }
}
