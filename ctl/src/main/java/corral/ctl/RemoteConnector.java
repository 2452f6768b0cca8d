package corral.ctl;

import corral.ctl.commands.Connector;
import corral.ctl.daemon.Daemon;
import corral.ctl.daemon.RemoteDaemon;
import corral.daemon.rpc.Credentials;
import java.util.Optional;

/** Daemons behind their control API. A class and not a lambda: see {@link Corralctl}. */
final class RemoteConnector implements Connector {

    @Override
    public Daemon connect(String url, Optional<Credentials> credentials) {
        return new RemoteDaemon(url, credentials);
    }
}
