package corral.daemon.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A whole configuration, checked and frozen.
 *
 * @param file the main file, absolute
 * @param daemon global options
 * @param servers control servers in the order of their sections
 * @param supervisorInterface whether {@code [rpcinterface:supervisor]} asks for the {@code supervisor.*} namespace
 * @param groups sorted by (priority, name)
 * @param included files read through {@code [include]}, in reading order
 */
public record Config(
        Path file,
        DaemonConfig daemon,
        List<HttpServerConfig> servers,
        boolean supervisorInterface,
        List<GroupConfig> groups,
        List<Path> included) {}
