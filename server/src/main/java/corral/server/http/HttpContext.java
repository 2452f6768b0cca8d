package corral.server.http;

import corral.server.access.AccessLog;
import corral.server.frames.Scratch;
import corral.server.options.ServerOptions;
import corral.server.pool.LoopPool;
import corral.server.websocket.WebSockets;

/** What all connections of one event loop share; used on that event loop only, unless said otherwise. */
public final class HttpContext {
    private final ServerOptions options;
    private final LoopPool pool;
    private final AccessLog accessLog;
    private final Forwarding forwarding;
    private final Sweep sweep;
    private final HeadParser parser;
    private final ResponseHeadWriter headWriter;
    private final ScopeWriter scopeWriter;
    private final ErrorPages errorPages;
    private final WebSockets webSockets;
    private final Scratch scratch = new Scratch();
    private boolean draining;
    private boolean closingIdle;
    private boolean goingAway;
    private long patienceMs;
    private long connections;

    /** Made on any thread, before the event loop has connections. */
    public HttpContext(ServerOptions options, LoopPool pool, AccessLog accessLog, Forwarding forwarding) {
        this.options = options;
        this.pool = pool;
        this.accessLog = accessLog;
        this.forwarding = forwarding;
        sweep = new Sweep(pool.eventLoop());
        parser = new HeadParser(options.http(), options.limits(), options.proxy());
        headWriter = new ResponseHeadWriter(options.http());
        scopeWriter = new ScopeWriter(options.http());
        webSockets = new WebSockets(options.websocket(), options.timeouts().sendMs());
        errorPages = new ErrorPages(options.personality());
    }

    /** The front ends: each connection ends with its next response. Any thread. */
    public void drain() {
        pool.eventLoop().execute(() -> {
            draining = true;
            pool.drain();
        });
    }

    /** Nobody is to wait for another request: idle connections are closed at once. Any thread. */
    public void closeIdle() {
        if (!pool.eventLoop().isShuttingDown()) {
            pool.eventLoop().execute(() -> {
                closingIdle = true;
                sweep.forEach(HttpConnection::closeIfIdle);
            });
        }
    }

    /**
     * WebSockets are told to go elsewhere (RFC 6455 close code 1012). Any thread.
     *
     * @param patience milliseconds that their apps may take to answer what they got before
     */
    public void goAway(long patience) {
        pool.eventLoop().execute(() -> {
            goingAway = true;
            patienceMs = patience;
            sweep.forEach(HttpConnection::goAway);
        });
    }

    /** Ends what is left. Any thread. */
    public void closeAll() {
        pool.eventLoop().execute(() -> sweep.forEach(HttpConnection::abort));
    }

    boolean draining() {
        return draining;
    }

    boolean closingIdle() {
        return closingIdle;
    }

    boolean goingAway() {
        return goingAway;
    }

    /** How long apps of WebSockets may take to end when {@link #goingAway}. */
    long patienceMs() {
        return patienceMs;
    }

    /** The number of a new connection, which no other one of this front has. */
    long nextConnection() {
        return pool.index() + pool.loops() * ++connections;
    }

    ServerOptions options() {
        return options;
    }

    LoopPool pool() {
        return pool;
    }

    AccessLog accessLog() {
        return accessLog;
    }

    Forwarding forwarding() {
        return forwarding;
    }

    Sweep sweep() {
        return sweep;
    }

    HeadParser parser() {
        return parser;
    }

    ResponseHeadWriter headWriter() {
        return headWriter;
    }

    ScopeWriter scopeWriter() {
        return scopeWriter;
    }

    ErrorPages errorPages() {
        return errorPages;
    }

    WebSockets webSockets() {
        return webSockets;
    }

    Scratch scratch() {
        return scratch;
    }
}
