package corral.daemon.config;

import java.util.List;
import java.util.OptionalInt;

/**
 * The sockets of a server, which the daemon opens and keeps open.
 *
 * @param binds in the order of the front's descriptors, from 3 on; not empty
 * @param backlog connections that may wait, 1-65535
 * @param reusePort whether other servers may listen there too (SO_REUSEPORT)
 * @param unixMode permissions of Unix sockets, 0-0777
 * @param uid owner of Unix sockets; empty means the daemon's user
 * @param gid group of Unix sockets; empty means the daemon's
 */
public record ListenConfig(
        List<BindAddress> binds, int backlog, boolean reusePort, int unixMode, OptionalInt uid, OptionalInt gid) {}
