package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.output.ExitCode;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import corral.daemon.rpc.TransportException;
import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * Has the daemon become another version and waits for that one. Its socket stays open all the time: a question that is asked too
 * early is answered by the next daemon.
 */
final class DaemonUpgrade {
    private static final int PAUSE_MS = 100;
    private static final int ATTEMPTS = 600;
    /** An old one that still answers has given up, and says why a moment later. */
    private static final int ATTEMPTS_OF_OLD = 30;

    private static final int ATTEMPTS_UNHEARD = 50;

    private final Session session;

    DaemonUpgrade(Session session) {
        this.session = session;
    }

    void run() throws RpcFault, IOException {
        try {
            Daemon.Identity old = session.daemon().identity();
            begin();
            await(old);
        } catch (RpcFault fault) {
            refused(fault);
        }
    }

    private void begin() throws RpcFault, IOException {
        try {
            session.daemon().upgrade();
        } catch (TransportException failure) {
            if (failure.kind() != TransportException.Kind.CLOSED && failure.kind() != TransportException.Kind.LOST) {
                throw failure;
            }
            // The answer was lost: who answers next says how it went.
            session.daemon().disconnect();
        }
    }

    private void await(Daemon.Identity old) throws RpcFault, IOException {
        int answersOfOld = 0;
        int unheard = 0;
        for (int attempt = 0; attempt < ATTEMPTS && answersOfOld < ATTEMPTS_OF_OLD; attempt++) {
            try {
                Daemon.Identity now = session.daemon().identity();
                if (!now.since().equals(old.since())) {
                    report(old, now);
                    return;
                }
                answersOfOld++;
                if (!now.upgradeFailure().isEmpty()) {
                    notUpgraded(now.upgradeFailure());
                    return;
                }
            } catch (IOException failure) {
                // The connection to the old one; nobody listens only if there is no daemon any more, or it begins anew.
                session.daemon().disconnect();
                unheard = isUnheard(failure) ? unheard + 1 : 0;
                if (unheard == ATTEMPTS_UNHEARD) {
                    session.fail(ExitCode.GENERIC, "ERROR: corrald has ended; see its log");
                    return;
                }
            }
            pause();
        }
        notUpgraded("corrald " + old.version() + " still answers, or none does; see its log");
    }

    private static boolean isUnheard(IOException failure) {
        return failure instanceof TransportException transport
                && (transport.kind() == TransportException.Kind.REFUSED
                        || transport.kind() == TransportException.Kind.NO_SUCH_FILE);
    }

    private void report(Daemon.Identity old, Daemon.Identity now) {
        if (now.pid() == old.pid()) {
            session.out()
                    .line("corrald upgraded: version " + old.version() + " to " + now.version() + ", pid " + now.pid());
        } else {
            session.fail(
                    ExitCode.GENERIC,
                    "ERROR: corrald ended in the upgrade; another one, version " + now.version() + ", pid " + now.pid()
                            + ", was started in its place");
        }
    }

    private void refused(RpcFault fault) throws RpcFault {
        if (fault.is(Fault.UNKNOWN_METHOD)) {
            notUpgraded("the daemon at " + session.daemon().url() + " cannot do that, only corrald can");
        } else if (fault.is(Fault.SHUTDOWN_STATE)) {
            notUpgraded("already shutting down");
        } else if (fault.is(Fault.FAILED)) {
            String text = fault.faultString();
            notUpgraded(text.substring(text.indexOf(": ") + 2));
        } else {
            throw fault;
        }
    }

    private void notUpgraded(String reason) {
        session.fail(ExitCode.GENERIC, "ERROR: not upgraded: " + reason);
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }
}
