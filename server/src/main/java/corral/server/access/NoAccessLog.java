package corral.server.access;

/** For servers that log no requests. */
final class NoAccessLog implements AccessLog {
    @Override
    public boolean enabled() {
        return false;
    }

    @Override
    public boolean wantsResponseHeaders() {
        return false;
    }

    @Override
    public void log(AccessEntry entry) {}

    @Override
    public void reopen() {}

    @Override
    public void close() {}
}
