package corral.it.lifecycle;

import corral.it.Distribution;
import corral.it.Lab;
import corral.it.Outcome;
import corral.it.ProcFs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Debian's gunicorn with uvicorn workers. */
final class GunicornTarget implements Target {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Lab lab;
    private final Site site;
    private final Setup setup;
    private final int port;
    private Process started;
    private long master;

    GunicornTarget(Lab lab, Setup setup) throws IOException {
        this.lab = lab;
        this.setup = setup;
        site = new Site(lab, setup.tls());
        port = Ports.free();
        configure("");
        launch();
    }

    private void launch() throws IOException {
        Map<String, String> environment = new TreeMap<>(lab.environment());
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        Path log = site.dir().resolve("log");
        // Not `-m gunicorn`: when it replaces itself, its own folder would come first in sys.path, and its http hide
        // Python's.
        List<String> command = List.of(
                Distribution.python().toString(), "/usr/bin/gunicorn", setup.app() + ":app", "-c", "gunicorn.conf.py");
        started = lab.start(site.dir(), command, log, log, environment);
        master = started.pid();
        until("all workers", () -> workers().size() == setup.workers());
        until("an answer", this::answers);
    }

    private void configure(String version) throws IOException {
        StringBuilder text = new StringBuilder("""
                bind = "127.0.0.1:%d"
                workers = %d
                worker_class = "uvicorn.workers.UvicornWorker"
                timeout = %d
                graceful_timeout = %d
                keepalive = 5
                max_requests = %d
                max_requests_jitter = %d
                raw_env = ["LOAD_LOG=%s", "LOAD_SETTING=%s"]
                pidfile = "%s/pid"
                """.formatted(
                        port,
                        setup.workers(),
                        setup.timeout(),
                        Setup.GRACE,
                        setup.maxRequests(),
                        setup.jitter(),
                        site.log(),
                        version,
                        site.dir()));
        if (setup.tls()) {
            text.append("certfile = \"%s\"%nkeyfile = \"%s\"%n".formatted(site.certificate(), site.key()));
        }
        site.replace(text.toString(), site.dir().resolve("gunicorn.conf.py"));
    }

    private boolean answers() {
        try (java.net.Socket socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void until(String what, BooleanSupplier condition) {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException(what + " did not come true; " + story());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    @Override
    public String name() {
        return "gunicorn";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Site site() {
        return site;
    }

    @Override
    public List<Long> workers() {
        return children(master);
    }

    /** Those that are no masters themselves; a new master is a child of the old one. */
    private List<Long> children(long parent) {
        long other = otherMaster();
        return ProcessHandle.of(parent).stream()
                .flatMap(ProcessHandle::children)
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .filter(pid -> pid != other && !ProcFs.commandLine(pid).isEmpty())
                .sorted()
                .toList();
    }

    private long otherMaster() {
        Path file = site.dir().resolve("pid.2");
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public long front() {
        return master;
    }

    private void signal(String name, long pid) {
        Outcome kill = lab.run(site.dir(), List.of("/bin/kill", "-" + name, Long.toString(pid)));
        if (kill.exit() != 0) {
            throw new IllegalStateException(kill.toString());
        }
    }

    @Override
    public void reload() {
        Set<Long> before = new HashSet<>(workers());
        signal("HUP", master);
        until("new workers", () -> {
            List<Long> now = workers();
            return now.size() == setup.workers() && now.stream().noneMatch(before::contains);
        });
    }

    @Override
    public String failingReload() {
        signal("HUP", master);
        try {
            until("the end of the broken workers", () -> !started.isAlive());
        } catch (IllegalStateException e) {
            return "it goes on";
        }
        return "the master has ended with " + started.exitValue();
    }

    @Override
    public void recover() throws IOException {
        if (started.isAlive()) {
            reload();
        } else {
            launch();
        }
    }

    @Override
    public void scale(int workers) {
        int now = workers().size();
        for (int i = now; i != workers; i += Integer.signum(workers - now)) {
            signal(workers > now ? "TTIN" : "TTOU", master);
            pause();
        }
        until(workers + " workers", () -> workers().size() == workers);
    }

    /** Gunicorn keeps at most five signals in a queue. */
    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
    }

    @Override
    public void upgrade() {
        signal("USR2", master);
        until("a second master with workers", () -> {
            long next = otherMaster();
            return next != 0 && children(next).size() == setup.workers();
        });
        long next = otherMaster();
        // As its manual says; a moment for the application to start, which gunicorn tells nobody.
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000_000);
        long old = master;
        signal("TERM", old);
        until("the end of the old master", () -> !alive(old));
        master = next;
        until("its pidfile", () -> otherMaster() == 0);
    }

    private static boolean alive(long pid) {
        return !ProcFs.commandLine(pid).isEmpty();
    }

    @Override
    public void update(String version) throws IOException {
        configure(version);
        reload();
    }

    @Override
    public void renew() {
        reload();
    }

    @Override
    public boolean frontIsReplaceable() {
        return false;
    }

    @Override
    public String story() {
        try {
            String log = Files.readString(site.dir().resolve("log"));
            return log.substring(Math.max(0, log.length() - 2000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        ProcessHandle.of(master).ifPresent(ProcessHandle::destroy);
        try {
            until("its end", () -> !alive(master));
        } catch (IllegalStateException e) {
            ProcessHandle.of(master).ifPresent(ProcessHandle::destroyForcibly);
        }
        // What is left, such as the workers of a master that was killed, is not of interest here.
        lab.clear();
    }
}
