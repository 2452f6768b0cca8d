package corral.daemon.process;

import corral.daemon.config.UserId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A child as data: everything that is done between the daemon and its exec.
 *
 * @param path what is executed; contains a slash
 * @param argv words of the command, argv[0] as configured
 * @param environment {@code KEY=VALUE}, complete
 * @param directory working directory; empty for the daemon's own
 * @param umask 0-0777; empty for the daemon's own
 * @param user whose credentials the child gets; empty for the daemon's own
 * @param descriptors what it inherits; everything else is closed
 */
public record SpawnPlan(
        String path,
        List<String> argv,
        List<String> environment,
        Optional<String> directory,
        OptionalInt umask,
        Optional<UserId> user,
        List<FdAction> descriptors) {}
