package corral.ctl.shell;

import corral.ctl.commands.Session;
import corral.ctl.daemon.ProcessInfo;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The processes to complete names from, asked for once between two commands. One thread. */
final class KnownProcesses implements Supplier<List<ProcessInfo>> {
    private final Session session;
    private Optional<List<ProcessInfo>> known = Optional.empty();

    KnownProcesses(Session session) {
        this.session = session;
    }

    /** The processes; none when the daemon does not answer, since nobody wants to read that amid a line. */
    @Override
    public List<ProcessInfo> get() {
        if (known.isEmpty()) {
            try {
                known = Optional.of(session.daemon().processes());
            } catch (RpcFault | IOException | IllegalArgumentException e) {
                return List.of();
            } finally {
                session.daemon().disconnect();
            }
        }
        return known.get();
    }

    /** A command may have changed them. */
    void forget() {
        known = Optional.empty();
    }
}
