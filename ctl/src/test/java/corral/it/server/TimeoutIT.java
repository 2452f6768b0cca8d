package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Kind;
import corral.it.Lab;
import corral.it.LabExtension;
import corral.it.RunningDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code timeout} and {@code graceful_timeout} of workers: what their clients get, and what their logs say. */
@ExtendWith(LabExtension.class)
class TimeoutIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String WSGI = """
            import os, time
            def app(environ, start_response):
                if environ["PATH_INFO"] == "/sleep":
                    time.sleep(120)
                start_response("200 OK", [])
                return [b"%d" % os.getpid()]
            """;

    private static final String ASGI = """
            import asyncio, os, time
            async def app(scope, receive, send):
                if scope["type"] == "lifespan":
                    await receive()
                    await send({"type": "lifespan.startup.complete"})
                    await receive()
                    await asyncio.sleep(1)
                    print("closed in order", flush=True)
                    return await send({"type": "lifespan.shutdown.complete"})
                if scope["path"] == "/block":
                    time.sleep(120)
                if scope["path"] == "/sleep":
                    await asyncio.sleep(120)
                await send({"type": "http.response.start", "status": 200})
                await send({"type": "http.response.body", "body": b"%d" % os.getpid()})
            """;

    private int port;
    private RunningDaemon daemon;

    private void start(Lab lab, String app, String lines) throws IOException {
        port = Servers.freePort();
        var builder = lab.daemon(Kind.CORRAL).programs("""
                [server:web]
                app=slow:app
                directory=${dir}
                python=/usr/bin/python3
                bind=127.0.0.1:%d
                stderr_logfile=${dir}/%%(process_name)s.err
                stdout_logfile=${dir}/%%(process_name)s.out
                %s
                """.formatted(port, lines));
        Files.writeString(builder.dir().resolve("slow.py"), app);
        daemon = builder.start();
        daemon.awaitState("web:front", "RUNNING");
        daemon.awaitState("web:worker-0", "RUNNING");
    }

    @AfterEach
    void close() {
        daemon.close();
    }

    private Response post(String target) throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.send("POST " + target + " HTTP/1.1\r\nHost: it\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            List<Response> responses = wire.read(List.of("POST"), 1, LIMIT);
            return responses.isEmpty() ? new Response(0, "", "", Response.Framing.BODILESS, false) : responses.get(0);
        }
    }

    private void awaitSuccessor(long old) {
        daemon.until(
                "a successor of " + old,
                () -> daemon.state("web:worker-0").equals("RUNNING")
                        && daemon.pid("web:worker-0") != old
                        && post("/").body().equals(Long.toString(daemon.pid("web:worker-0"))));
    }

    @Test
    void aThreadThatDoesNotComeBackEndsItsWorkerWithAllStacks(Lab lab) throws IOException {
        start(lab, WSGI, "threads=4\ntimeout=2");
        long pid = daemon.pid("web:worker-0");
        long begin = System.nanoTime();
        assertThat(post("/sleep").status()).isIn(502, 504);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(1900), LIMIT);
        awaitSuccessor(pid);
        assertThat(daemon.text("worker-0.err"))
                .contains("WORKER TIMEOUT (pid:" + pid + ")")
                .containsPattern("stuck for [0-9.]+ s: POST /sleep")
                .contains("Fatal Python error: Aborted")
                .containsPattern("slow.py\", line 4 in app");
    }

    @Test
    void aLoopThatIsBlockedEndsItsWorkerWithAllStacks(Lab lab) throws IOException {
        start(lab, ASGI, "timeout=2");
        long pid = daemon.pid("web:worker-0");
        assertThat(post("/block").status()).isIn(502, 503, 504);
        awaitSuccessor(pid);
        assertThat(daemon.log()).contains("WORKER TIMEOUT (pid:" + pid + ")");
        assertThat(daemon.text("worker-0.err"))
                .contains("Fatal Python error: Aborted")
                .containsPattern("slow.py\", line 11 in app");
        assertThat(daemon.text("front.err")).containsPattern("POST /block");
    }

    @Test
    void aRequestThatOutlastsGracefulTimeoutIsGivenUpAndTheShutdownHasItsOwnTime(Lab lab) throws Exception {
        start(lab, ASGI, "graceful_timeout=1\nshutdown_timeout=10");
        long pid = daemon.pid("web:worker-0");
        try (Wire wire = new Wire(port)) {
            wire.send("POST /sleep HTTP/1.1\r\nHost: it\r\nContent-Length: 0\r\n\r\n");
            assertThat(wire.read(List.of("POST"), 1, Duration.ofMillis(500))).isEmpty();
            daemon.signal("TERM", pid);
            List<Response> responses = wire.read(List.of("POST"), 1, LIMIT);
            assertThat(responses).extracting(Response::status).containsExactly(504);
        }
        daemon.until("an orderly end", () -> daemon.text("worker-0.out").contains("closed in order"));
        awaitSuccessor(pid);
    }
}
