package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.output.ExitCode;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import corral.daemon.rpc.TransportException;
import java.io.IOException;

/** Whether the daemon is there and understands us; most commands ask before they begin (spec/supervisor.md 5.2). */
final class UpCheck {
    private static final String API_VERSION = "3.0";

    private UpCheck() {}

    /** True if so; otherwise has said why and set the exit code. */
    static boolean passes(Session session) throws RpcFault, IOException {
        Daemon daemon = session.daemon();
        try {
            String version = daemon.apiVersion();
            if (version.equals(API_VERSION)) {
                return true;
            }
            session.fail(
                    ExitCode.WRONG_VERSION,
                    "Sorry, this program speaks version " + API_VERSION + " of the control API, but the daemon at "
                            + daemon.url() + " speaks version " + version + ".");
        } catch (RpcFault fault) {
            if (!fault.is(Fault.UNKNOWN_METHOD)) {
                throw fault;
            }
            session.fail(
                    ExitCode.UNIMPLEMENTED,
                    "Sorry, the daemon at " + daemon.url() + " has no supervisor namespace to be controlled through."
                            + " Its configuration needs a section [rpcinterface:supervisor].");
        } catch (TransportException failure) {
            switch (failure.kind()) {
                case REFUSED -> session.fail(ExitCode.REFUSED, daemon.url() + " refused connection");
                case NO_SUCH_FILE -> session.fail(ExitCode.NOT_RUNNING, daemon.url() + " no such file");
                default -> throw failure;
            }
        }
        return false;
    }
}
