package corral.server;

import corral.server.access.AccessLog;
import corral.server.http.Forwarding;
import corral.server.options.FrontArguments;
import corral.server.options.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code corral-server}: the front of a server. */
public final class CorralServer {
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
        Front front = new Front(options, accessLog(), Forwarding.NONE);
        front.start();
        Stop stop = new Stop(front);
        Signals.on("TERM", stop::gracefully);
        Signals.on("INT", stop::quickly);
        return front.awaitEnd();
    }

    private static AccessLog accessLog() {
        return new AccessLog() {
            @Override
            public boolean enabled() {
                return false;
            }

            @Override
            public boolean wantsResponseHeaders() {
                return false;
            }

            @Override
            public void log(corral.server.access.AccessEntry entry) {}

            @Override
            public void reopen() {}

            @Override
            public void close() {}
        };
    }
}
