package corral.daemon.config;

/** What a process is to the server that it belongs to. */
public sealed interface ServerRole {

    /**
     * Takes the clients' connections.
     *
     * @param exitOnBootFailure whether the daemon ends when it cannot start at first
     */
    record Front(ListenConfig listen, boolean exitOnBootFailure) implements ServerRole {}

    /**
     * Runs the application.
     *
     * @param index from 0
     * @param exitOnBootFailure whether the daemon ends when the application cannot be loaded at the first start
     */
    record Worker(int index, boolean exitOnBootFailure) implements ServerRole {}
}
