package corral.server.tls;

import corral.server.options.TlsOptions;
import corral.server.options.TlsOptions.ClientCertificates;
import corral.server.options.TlsOptions.SniCertificate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS for all connections of a front: one context per server name, shared by all event loops, with session tickets and a session cache.
 * Files that changed are read by a thread of its own; connections that are already there keep what they have.
 */
public final class TlsContexts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContexts.class);
    private static final long LOOK_MS = 1_000;
    private static final long TICKET_KEY_HOURS = 12;
    private static final long GRACE_SECONDS = 10;

    private final TlsOptions options;
    private final long handshakeTimeoutMs;
    private final ContextFactory factory;
    private final SecureRandom random = new SecureRandom();
    private final WatchedFiles files;
    private final ScheduledExecutorService thread;
    // What follows belongs to the thread, except that event loops read live.
    private final Map<String, Tickets> tickets = new HashMap<>();
    private final List<HostContexts> retired = new ArrayList<>();
    private volatile HostContexts live;

    private TlsContexts(TlsOptions options, long handshakeTimeoutMs, long lookMs) throws TlsException {
        this.options = options;
        this.handshakeTimeoutMs = handshakeTimeoutMs;
        this.factory = new ContextFactory(options, List.of("http/1.1"));
        this.files = new WatchedFiles(watched(options));
        this.live = load();
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "certificates");
            made.setDaemon(true);
            return made;
        });
        thread.scheduleWithFixedDelay(() -> attempt(this::look), lookMs, lookMs, TimeUnit.MILLISECONDS);
        thread.scheduleWithFixedDelay(() -> attempt(this::rotate), TICKET_KEY_HOURS, TICKET_KEY_HOURS, TimeUnit.HOURS);
    }

    /**
     * Reads certificates and keys, and begins to watch them.
     *
     * @param options with a certfile
     * @param handshakeTimeoutMs a connection whose handshake takes longer is closed; 0: never
     * @throws TlsException names the file or option and what was expected
     */
    public static TlsContexts open(TlsOptions options, long handshakeTimeoutMs) throws TlsException {
        return open(options, handshakeTimeoutMs, LOOK_MS);
    }

    /** As above, looking at the files as often as told. */
    static TlsContexts open(TlsOptions options, long handshakeTimeoutMs, long lookMs) throws TlsException {
        TlsContexts contexts = new TlsContexts(options, handshakeTimeoutMs, lookMs);
        LOG.debug("TLS by {}", contexts.factory.implementation());
        return contexts;
    }

    /** The handler that does TLS on a connection; first in its pipeline, or after the PROXY protocol's. Any thread. */
    public ChannelHandler newHandler(Channel channel) {
        HostContexts now = live;
        return now.hasNames() ? new NameHandler(this) : newHandler(channel, now.byName(null));
    }

    SslHandler newHandler(Channel channel, HostContext host) {
        SslHandler handler = host.context().newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(handshakeTimeoutMs);
        channel.attr(TlsScope.SERVER_CERTIFICATE).set(host.certificate());
        return handler;
    }

    HostContexts live() {
        return live;
    }

    long handshakeTimeoutMs() {
        return handshakeTimeoutMs;
    }

    /** Reads all files again, soon and on another thread; if something is wrong with them, what was there stays. */
    public void reload() {
        try {
            thread.execute(() -> attempt(() -> {
                files.settle();
                renew();
            }));
        } catch (RejectedExecutionException e) {
            LOG.debug("certificates are not read again: closing");
        }
    }

    /** Stops watching. Called when no new connection can come any more. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        retired.forEach(HostContexts::release);
        live.release();
    }

    private void look() {
        if (files.changed()) {
            renew();
        }
    }

    private void renew() {
        try {
            HostContexts old = live;
            live = load();
            // An event loop may just have read the old ones and not yet made its engine, which keeps a context alive by
            // itself.
            retired.add(old);
            thread.schedule(() -> retire(old), GRACE_SECONDS, TimeUnit.SECONDS);
            LOG.info("certificates were read again");
        } catch (TlsException e) {
            LOG.error("certificates were not read again, those in use stay: {}", e.getMessage());
        }
    }

    private void retire(HostContexts old) {
        if (retired.remove(old)) {
            old.release();
        }
    }

    private void rotate() {
        tickets.values().forEach(Tickets::rotate);
        live.forEach((name, host) -> tickets.get(name).apply(host.context()));
    }

    private static void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            // Otherwise the executor would never look again.
            LOG.error("certificates cannot be watched", e);
        }
    }

    private HostContexts load() throws TlsException {
        boolean clients = options.clientCertificates() != ClientCertificates.NONE;
        if (clients) {
            // A ticket stands for a certificate that was checked with the authorities of its time.
            tickets.clear();
        }
        List<X509Certificate> authorities =
                clients && options.caCerts() != null ? CertificateFiles.certificates(options.caCerts()) : List.of();
        Map<String, HostContext> hosts = new HashMap<>();
        boolean complete = false;
        try {
            add(hosts, new SniCertificate(HostContexts.DEFAULT, options.certfile(), options.keyfile()), authorities);
            for (SniCertificate certificate : options.sni()) {
                add(hosts, certificate, authorities);
            }
            complete = true;
        } finally {
            if (!complete) {
                hosts.values().forEach(host -> ReferenceCountUtil.release(host.context()));
            }
        }
        return new HostContexts(hosts);
    }

    private void add(Map<String, HostContext> hosts, SniCertificate files, List<X509Certificate> authorities)
            throws TlsException {
        Identity identity = CertificateFiles.read(files.certfile(), files.keyfile(), options.password());
        SslContext context = factory.build(identity, authorities);
        tickets.computeIfAbsent(files.host(), name -> new Tickets(random)).apply(context);
        HostContext old = hosts.put(files.host(), new HostContext(context, identity.pem()));
        if (old != null) {
            ReferenceCountUtil.release(old.context());
        }
    }

    private static List<String> watched(TlsOptions options) {
        List<String> files = new ArrayList<>();
        files.add(options.certfile());
        if (options.keyfile() != null) {
            files.add(options.keyfile());
        }
        if (options.caCerts() != null) {
            files.add(options.caCerts());
        }
        for (SniCertificate certificate : options.sni()) {
            files.add(certificate.certfile());
            if (certificate.keyfile() != null) {
                files.add(certificate.keyfile());
            }
        }
        return files;
    }
}
