package corral.it.server;

import static org.awaitility.Awaitility.await;

import corral.it.Distribution;
import corral.it.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Starts servers and ends them; equal specs share a server. For one thread, but for {@link #shared}. */
final class Servers implements AutoCloseable {
    /** How long a start may take; the machine may be busy. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Lab lab;
    private final Map<ServerSpec, RunningServer> running = new LinkedHashMap<>();
    private final List<RunningServer> own = new ArrayList<>();

    Servers(Lab lab) {
        this.lab = lab;
    }

    /** The server of this spec, started unless it runs already. */
    synchronized RunningServer shared(ServerSpec spec) {
        RunningServer server = running.get(spec);
        if (server == null) {
            server = launch(spec);
            running.put(spec, server);
        }
        return server;
    }

    /** A server for one test alone, which may break it; it answers when this returns. */
    RunningServer start(ServerSpec spec) {
        RunningServer server = launch(spec);
        server.awaitAnswer();
        return server;
    }

    /** The same, but without waiting for an answer. */
    synchronized RunningServer launch(ServerSpec spec) {
        try {
            int port = freePort();
            Path dir = lab.folder();
            RunningServer server = new RunningServer(lab, spec, dir, port);
            server.adopt("server", lab.start(dir, command(spec, dir, port), out(dir), out(dir), environment(spec)));
            if (spec.kind().ours()) {
                for (int i = 0; i < spec.workers(); i++) {
                    server.startWorker(i);
                }
            }
            own.add(server);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of the test resources under {@code server/}: the apps, and what they serve. */
    static Path resources() {
        try {
            return Path.of(Objects.requireNonNull(Servers.class.getResource("/server/launch.py"))
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path out(Path dir) {
        return dir.resolve("server.log");
    }

    Map<String, String> environment(ServerSpec spec) {
        Map<String, String> result = new TreeMap<>(lab.environment());
        result.put("PYTHONDONTWRITEBYTECODE", "1");
        result.put("PYTHONUNBUFFERED", "1");
        result.put("PYTHONHASHSEED", "0");
        result.put("PYTHONPATH", resources().toString());
        result.putAll(spec.environment());
        return result;
    }

    private static List<String> command(ServerSpec spec, Path dir, int port) {
        List<String> command = new ArrayList<>();
        command.add(Distribution.python().toString());
        switch (spec.kind().family()) {
            case CORRAL ->
                command.addAll(List.of(
                        resources().resolve("launch.py").toString(),
                        Integer.toString(port),
                        dir.resolve("w.sock").toString(),
                        Distribution.home().resolve("bin/corral-server").toString(),
                        "--bind=fd://3",
                        "--worker-socket=fd://4"));
            case UVICORN ->
                command.addAll(List.of(
                        "-m",
                        "uvicorn",
                        spec.app(),
                        "--port",
                        Integer.toString(port),
                        "--http",
                        spec.kind().toString(),
                        "--no-access-log"));
            case GUNICORN ->
                command.addAll(List.of(
                        "-m",
                        "gunicorn",
                        spec.app(),
                        "--bind",
                        "127.0.0.1:" + port,
                        "--workers",
                        Integer.toString(spec.workers()),
                        "--worker-class",
                        workerClass(spec.kind())));
        }
        if (spec.kind() == ServerKind.GTHREAD) {
            command.addAll(List.of("--threads", "16"));
        }
        command.addAll(spec.kind().ours() ? Settings.ofFront(spec.options()) : spec.options());
        return command;
    }

    private static String workerClass(ServerKind kind) {
        return kind == ServerKind.UVICORN_WORKER ? "uvicorn.workers.UvicornWorker" : kind.toString();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Ends all of them. */
    @Override
    public synchronized void close() {
        own.forEach(RunningServer::terminate);
        own.forEach(RunningServer::close);
    }

    /** Waits for a condition of a test. */
    static void until(String what, java.util.concurrent.Callable<Boolean> condition) {
        await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(condition);
    }
}
