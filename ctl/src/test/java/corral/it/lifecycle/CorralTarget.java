package corral.it.lifecycle;

import corral.it.Kind;
import corral.it.Lab;
import corral.it.Outcome;
import corral.it.RunningDaemon;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A {@code [server:web]} under corrald. */
final class CorralTarget implements Target {
    private static final String GROUP = "web";
    /** How corralctl refuses what it does not know (yet). */
    private static final List<String> UNKNOWN =
            List.of("Unknown syntax", "accepts no arguments", "UNKNOWN_METHOD", "is not a known option");

    private final Site site;
    private final Setup setup;
    private final int port;
    private final RunningDaemon daemon;

    CorralTarget(Lab lab, Setup setup, Map<String, String> environment, String more) throws IOException {
        this.setup = setup;
        site = new Site(lab, setup.tls());
        port = Ports.free();
        var builder = lab.daemon(Kind.CORRAL);
        environment.forEach(builder::env);
        daemon = builder.programs(sections("") + more).start();
        daemon.awaitState(GROUP + ":front", "RUNNING");
        daemon.until("all workers", () -> workers().size() == setup.workers());
    }

    private String sections(String version) {
        StringBuilder text = new StringBuilder("""
                [server:web]
                app=%s:app
                directory=%s
                python=/usr/bin/python3
                environment=PYTHONDONTWRITEBYTECODE="1",LOAD_LOG="%s",LOAD_SETTING="%s"
                workers=%d
                bind=127.0.0.1:%d
                graceful_timeout=%d
                timeout=%d
                """.formatted(
                setup.app(), site.dir(), site.log(), version, setup.workers(), port, Setup.GRACE, setup.timeout()));
        if (setup.maxRequests() > 0) {
            text.append("max_requests=").append(setup.maxRequests()).append('\n');
            text.append("max_requests_jitter=").append(setup.jitter()).append('\n');
        }
        if (setup.tls()) {
            text.append("certfile=").append(site.certificate()).append('\n');
            text.append("keyfile=").append(site.key()).append('\n');
        }
        return text.toString();
    }

    RunningDaemon daemon() {
        return daemon;
    }

    @Override
    public String name() {
        return "corral";
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
        return Arrays.stream(array(daemon.rpc("supervisor.getAllProcessInfo")))
                .map(info -> (Map<?, ?>) info)
                .filter(info -> ((String) info.get("name")).startsWith("worker-"))
                .filter(info -> info.get("statename").equals("RUNNING"))
                .map(info -> ((Integer) info.get("pid")).longValue())
                .toList();
    }

    private static Object[] array(Object value) {
        return value instanceof List<?> list ? list.toArray() : (Object[]) value;
    }

    @Override
    public long front() {
        return daemon.pid(GROUP + ":front");
    }

    private Outcome ctl(String... arguments) {
        Outcome outcome = daemon.ctl(arguments);
        String said = outcome.out() + outcome.err();
        if (UNKNOWN.stream().anyMatch(said::contains)) {
            throw new Unsupported(String.join(" ", arguments) + ": "
                    + said.strip().lines().findFirst().orElse(""));
        }
        return outcome;
    }

    private void must(String... arguments) {
        Outcome outcome = ctl(arguments);
        if (outcome.exit() != 0) {
            throw new IllegalStateException(outcome.toString());
        }
    }

    @Override
    public void reload() {
        List<Long> before = workers();
        must("reload", GROUP);
        List<Long> after = workers();
        if (after.size() != before.size() || after.stream().anyMatch(before::contains)) {
            throw new IllegalStateException("reload said that it was done, but of " + before + " came " + after);
        }
    }

    @Override
    public String failingReload() {
        List<Long> before = workers();
        Outcome outcome = ctl("reload", GROUP);
        if (outcome.exit() == 0) {
            throw new IllegalStateException("a version that cannot be imported, but reload succeeded: " + outcome);
        }
        if (!(outcome.out() + outcome.err()).contains("a_module_that_is_not_there")) {
            throw new IllegalStateException("the traceback is missing: " + outcome);
        }
        if (!workers().equals(before)) {
            throw new IllegalStateException("not the old workers any more: " + before + " " + workers());
        }
        return outcome.toString();
    }

    @Override
    public void recover() {
        reload();
    }

    @Override
    public void scale(int workers) {
        must("scale", GROUP, Integer.toString(workers));
        if (workers().size() != workers) {
            throw new IllegalStateException("scale " + workers + " said that it was done: " + workers());
        }
    }

    @Override
    public void upgrade() {
        long before = front();
        must("upgrade", GROUP);
        if (front() == before) {
            throw new IllegalStateException("upgrade said that it was done, but the front is the same");
        }
    }

    @Override
    public void update(String version) {
        daemon.configure(sections(version));
        List<Long> before = workers();
        Outcome outcome = ctl("update", GROUP);
        if (outcome.exit() != 0 || outcome.out().contains("stopped")) {
            throw new IllegalStateException("not without a gap: " + outcome);
        }
        List<Long> after = workers();
        if (after.size() != setup.workers() || after.stream().anyMatch(before::contains)) {
            throw new IllegalStateException("update said that it was done, but of " + before + " came " + after);
        }
    }

    @Override
    public void renew() {
        daemon.signal("HUP", front());
    }

    @Override
    public boolean frontIsReplaceable() {
        return true;
    }

    @Override
    public String story() {
        return daemon.story();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
