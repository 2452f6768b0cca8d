package corral.ctl.commands;

import corral.ctl.daemon.LogStream;
import corral.ctl.output.ErrorLine;
import corral.daemon.rpc.HttpStatusException;
import corral.daemon.rpc.TransportException;
import corral.daemon.rpc.TransportException.Kind;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Shows a log as it grows. */
final class Follow {
    /** What stands above a log that is followed. */
    static final String BANNER = "==> Press Ctrl-C to exit <==";

    private Follow() {}

    /** Shows the log behind a path of the daemon until Ctrl-C, or until the daemon ends it. */
    static void until(Session session, String path) {
        session.out().line(BANNER);
        LogStream log = session.daemon().log(path);
        AtomicBoolean pressed = new AtomicBoolean();
        Runnable undo = session.interrupts().onInterrupt(() -> {
            pressed.set(true);
            log.close();
        });
        try {
            show(session, log, path, pressed);
        } finally {
            undo.run();
        }
        if (pressed.get()) {
            session.out().line("");
        }
    }

    /** Shows a log until it ends; says on standard error why it cannot be read, unless it was ended on purpose. */
    static void show(Session session, LogStream log, String path, AtomicBoolean ended) {
        String url = session.daemon().url() + path;
        try {
            log.follow(session.out()::bytes);
        } catch (HttpStatusException e) {
            session.err().line(url + " Cannot read, status code " + e.status());
        } catch (IOException e) {
            boolean daemonGone = e instanceof TransportException failure
                    && (failure.kind() == Kind.LOST || failure.kind() == Kind.CLOSED);
            if (!ended.get() && !daemonGone) {
                session.err().line(url + " Cannot connect, " + ErrorLine.of(e));
            }
        }
    }
}
