package corral.it.server;

import java.util.Arrays;

/** Whose server an app runs under. */
enum ServerKind {
    /** Ours with an ASGI app. */
    CORRAL("corral", Family.CORRAL, false),
    /** Ours with a WSGI app. */
    CORRAL_WSGI("corral-wsgi", Family.CORRAL, true),
    /** Debian's Uvicorn with its parser in Python. */
    H11("h11", Family.UVICORN, false),
    /** Debian's Uvicorn with its parser in C. */
    HTTPTOOLS("httptools", Family.UVICORN, false),
    /** Debian's Gunicorn, one request at a time. */
    SYNC("sync", Family.GUNICORN, true),
    /** Debian's Gunicorn with a thread pool. */
    GTHREAD("gthread", Family.GUNICORN, true),
    /** Debian's Gunicorn with Debian's Uvicorn in its workers. */
    UVICORN_WORKER("uvicorn-worker", Family.GUNICORN, false);

    /** Which command line it has. */
    enum Family {
        CORRAL,
        UVICORN,
        GUNICORN
    }

    private final String label;
    private final Family family;
    private final boolean wsgi;

    ServerKind(String label, Family family, boolean wsgi) {
        this.label = label;
        this.family = family;
        this.wsgi = wsgi;
    }

    Family family() {
        return family;
    }

    boolean ours() {
        return family == Family.CORRAL;
    }

    boolean wsgi() {
        return wsgi;
    }

    static ServerKind of(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no server kind " + label));
    }

    @Override
    public String toString() {
        return label;
    }
}
