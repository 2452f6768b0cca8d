package corral.server.cli;

import java.util.Map;

/** What gunicorn's worker classes are in corral's keys (server spec 1.4). */
final class GunicornWorker {
    /** Greenlets cost next to nothing, threads do: enough for waiting on databases, few enough for memory. */
    private static final int THREADS_FOR_GREENLETS = 100;

    private final Surroundings around;
    private final GunicornDocument document;
    private final Draft draft;

    GunicornWorker(Surroundings around, GunicornDocument document, Draft draft) {
        this.around = around;
        this.document = document;
        this.draft = draft;
    }

    void map() throws RefusedException {
        long threads = Math.max(1, document.number("threads"));
        String kind = document.worker("kind");
        switch (kind) {
            case "sync", "gthread" -> wsgi(threads);
            case "gevent", "eventlet", "tornado" -> greenlets(kind, threads);
            case "asgi" -> asgi();
            default -> uvicorn();
        }
    }

    private void wsgi(long threads) {
        draft.set("interface", "wsgi").set("threads", Math.min(threads, 10_000)).set("proxy_headers", "scheme");
    }

    private void greenlets(String kind, long threads) {
        long chosen = threads > 1 ? threads : Math.min(THREADS_FOR_GREENLETS, connections());
        around.note("worker class " + kind + " runs on threads, " + chosen
                + " per worker (--threads chooses another number); only WSGI applications work");
        wsgi(chosen);
    }

    private long connections() {
        long connections = document.number("worker_connections");
        return connections == 0 ? THREADS_FOR_GREENLETS : connections;
    }

    private void asgi() {
        draft.set("interface", "asgi3")
                .set("proxy_headers", "scheme")
                .set("loop", document.text("asgi_loop").orElse("auto"))
                .set("lifespan", document.text("asgi_lifespan").orElse("auto"))
                .set("disconnect_grace", document.number("asgi_disconnect_grace_period"));
        document.text("root_path").filter(path -> !path.isEmpty()).ifPresent(path -> draft.set("root_path", path));
    }

    /** Gunicorn's settings come first, as they do there: CONFIG_KWARGS of a subclass win. */
    private void uvicorn() throws RefusedException {
        draft.set("interface", "auto").set("proxy_headers", "uvicorn");
        document.text("root_path").filter(path -> !path.isEmpty()).ifPresent(path -> draft.set("root_path", path));
        Map<String, Object> options = document.workerOptions();
        if (options.get("root_path") != null) {
            draft.set("root_path_in_path", true);
        }
        new UvicornMapping(around, draft, 1).apply(options);
        if (!document.workerOverrides().isEmpty()) {
            around.note("worker class " + document.worker("name") + ": its own "
                    + String.join(", ", document.workerOverrides()) + " is not called (only its CONFIG_KWARGS count)");
        }
    }
}
