package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.daemon.rpc.Credentials;
import java.util.Optional;

/** Makes the daemon behind a URL; does not connect yet. */
@FunctionalInterface
public interface Connector {

    /** The daemon at {@code url}. */
    Daemon connect(String url, Optional<Credentials> credentials);
}
