package corral.ctl.commands;

import corral.ctl.output.ExitCode;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import corral.daemon.rpc.TransportException;
import java.io.IOException;

/** {@code shutdown}: ends the daemon and all it runs. */
final class Shutdown implements Command {

    @Override
    public String usage() {
        return "shutdown \tStop every process and the daemon";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!arguments.isEmpty()) {
            session.misuse(ExitCode.GENERIC, "Error: shutdown accepts no arguments", this);
        } else if (Confirmation.given("Really shut the remote supervisord process down y/N? ", session)) {
            shutDown(session);
        }
        return true;
    }

    private static void shutDown(Session session) throws RpcFault, IOException {
        try {
            session.daemon().shutdown();
            session.out().line("Shut down");
        } catch (RpcFault fault) {
            if (!fault.is(Fault.SHUTDOWN_STATE)) {
                throw fault;
            }
            session.out().line("ERROR: already shutting down");
        } catch (TransportException failure) {
            String url = session.daemon().url();
            switch (failure.kind()) {
                case REFUSED ->
                    session.fail(ExitCode.GENERIC, "ERROR: " + url + " refused connection (already shut down?)");
                case NO_SUCH_FILE ->
                    session.fail(ExitCode.GENERIC, "ERROR: " + url + " no such file (already shut down?)");
                default -> throw failure;
            }
        }
    }
}
