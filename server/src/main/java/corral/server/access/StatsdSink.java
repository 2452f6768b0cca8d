package corral.server.access;

/** The metrics of finished requests. */
final class StatsdSink implements EntrySink {
    private final Statsd statsd;
    private final Datagrams datagrams;

    StatsdSink(Statsd statsd, Datagrams datagrams) {
        this.statsd = statsd;
        this.datagrams = datagrams;
    }

    @Override
    public void accept(AccessEntry entry) {
        if (entry.head() == null) {
            // What was no request is none; gunicorn's own only warns of it.
            return;
        }
        statsd.duration("gunicorn.request.duration", Elapsed.micros(entry));
        statsd.count("gunicorn.requests");
        statsd.count("gunicorn.request.status." + entry.status());
    }

    @Override
    public void close() {
        datagrams.close();
    }
}
