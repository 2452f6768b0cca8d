package corral.daemon.process;

/**
 * The files that the output of a process goes to, AUTO names made up.
 *
 * @param stdout path, empty for none
 * @param stderr path, empty for none
 */
public record LogPaths(String stdout, String stderr) {}
