package corral.daemon.health;

import corral.daemon.config.HealthCheck;
import corral.daemon.config.ProcessConfig;
import corral.daemon.loop.Clock;
import corral.daemon.process.Signals;
import corral.daemon.spawn.ProbeSpawner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of the health checks, if there are any: many at once, none of which makes another one wait. */
public final class Prober {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final long TICK_MS = 20;
    /** Who wakes up so much later than it wanted was stopped, as the whole daemon was: an answer may be there, unread. */
    private static final long GAP_MS = 500;

    private final Clock clock;
    private final Signals signals;
    private final ProbeSpawner spawner;
    private final ConcurrentLinkedQueue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final List<Probe> probes = new ArrayList<>();
    private final Executor names;
    private volatile Selector selector;

    /** A prober whose thread starts with the first probe. */
    public Prober(Clock clock, Signals signals, ProbeSpawner spawner) {
        this.clock = clock;
        this.signals = signals;
        this.spawner = spawner;
        this.names = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(null, work, "names");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts the thread, which lives as long as the daemon. */
    private synchronized void start() {
        if (selector != null) {
            return;
        }
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(null, this::run, "health");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            // Where no thread is to be had, the next probe tries again.
            closeSelector();
            throw e;
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            log.debug("selector: {}", e.toString());
        }
        selector = null;
    }

    /**
     * Begins one look at a process that has a health check. Any thread.
     *
     * @param answer hears once, on the prober's thread: nothing if the process does its work, else why it does not
     */
    public void probe(String group, ProcessConfig config, Consumer<Optional<String>> answer) {
        start();
        HealthCheck check = config.additions().healthCheck().orElseThrow();
        long deadlineNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(check.timeoutMs());
        String within = " within " + seconds(check.timeoutMs()) + " s";
        execute(() -> {
            try {
                begin(group, config, new ExecProbe.Limit(deadlineNs, within), answer);
            } catch (OutOfMemoryError e) {
                answer.accept(Optional.of("no thread for it: " + e.getMessage()));
            }
        });
    }

    private void begin(String group, ProcessConfig config, ExecProbe.Limit limit, Consumer<Optional<String>> answer) {
        HealthCheck check = config.additions().healthCheck().orElseThrow();
        Probe probe = check.probe() instanceof HealthCheck.Exec exec
                ? new ExecProbe(
                        this,
                        new ExecProbe.Tools(spawner, signals),
                        new ProbeSpawner.Request(group, config, exec.command()),
                        new ExecProbe.Limit(limit.deadlineNs(), "no end" + limit.late()),
                        answer)
                : new NetProbe(
                        this,
                        selector,
                        question(check.probe(), limit.deadlineNs(), "no answer" + limit.late()),
                        answer);
        probes.add(probe);
        probe.begin();
    }

    /** Runs something on the prober's thread. */
    void execute(Runnable request) {
        requests.add(request);
        selector.wakeup();
    }

    private static String seconds(long ms) {
        return ms % 1000 == 0 ? Long.toString(ms / 1000) : Double.toString(ms / 1000.0);
    }

    private NetProbe.Question question(HealthCheck.Probe probe, long deadlineNs, String late) {
        if (probe instanceof HealthCheck.Tcp tcp) {
            return new NetProbe.Question(resolve(tcp.host(), tcp.port()), Optional.empty(), deadlineNs, late);
        }
        HealthCheck.Http http = (HealthCheck.Http) probe;
        CompletableFuture<List<SocketAddress>> where = http.socket().isEmpty()
                ? resolve(http.host(), http.port())
                : CompletableFuture.completedFuture(List.of(UnixDomainSocketAddress.of(http.socket())));
        String host = http.host().indexOf(':') < 0 ? http.host() : "[" + http.host() + "]";
        String request = "GET " + http.target() + " HTTP/1.1\r\nHost: " + host
                + (http.port() == 0 || http.port() == 80 ? "" : ":" + http.port())
                + "\r\nUser-Agent: corral-healthcheck\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        return new NetProbe.Question(where, Optional.of(request), deadlineNs, late);
    }

    /** On another thread, because a name server may take its time. */
    private CompletableFuture<List<SocketAddress>> resolve(String host, int port) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        List<SocketAddress> found = new ArrayList<>();
                        for (InetAddress address : InetAddress.getAllByName(host)) {
                            found.add(new InetSocketAddress(address, port));
                        }
                        return found;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                names);
    }

    private void run() {
        while (true) {
            try {
                turn();
            } catch (IOException | RuntimeException e) {
                log.error("health checks: unexpected", e);
            }
        }
    }

    private void turn() throws IOException {
        long waitMs = untilNextMs();
        long before = clock.nanoTime();
        selector.select(waitMs);
        long lateNs = clock.nanoTime() - before - TimeUnit.MILLISECONDS.toNanos(waitMs);
        if (waitMs > 0 && lateNs > TimeUnit.MILLISECONDS.toNanos(GAP_MS)) {
            probes.forEach(probe -> probe.extend(lateNs));
        }
        for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
            request.run();
        }
        for (SelectionKey key : selector.selectedKeys()) {
            Probe probe = (Probe) key.attachment();
            if (key.isValid() && !probe.isOver()) {
                probe.onReady(key);
            }
        }
        selector.selectedKeys().clear();
        for (Probe probe : probes) {
            if (!probe.isOver()) {
                probe.tick();
            }
            if (!probe.isOver() && clock.nanoTime() - probe.deadlineNs() >= 0) {
                probe.expire();
            }
        }
        probes.removeIf(Probe::isOver);
    }

    /** Milliseconds to wait, 0 for ever. */
    private long untilNextMs() {
        long nearest = Long.MAX_VALUE;
        for (Probe probe : probes) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(probe.deadlineNs() - clock.nanoTime()) + 1;
            nearest = Math.min(nearest, probe.wantsTicks() ? Math.min(TICK_MS, leftMs) : leftMs);
        }
        return nearest == Long.MAX_VALUE ? 0 : Math.max(1, nearest);
    }
}
