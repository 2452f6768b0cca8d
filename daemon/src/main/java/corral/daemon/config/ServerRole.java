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
     * @param preloaded whether it is forked from the group's {@link Template}
     */
    record Worker(int index, boolean exitOnBootFailure, boolean preloaded) implements ServerRole {

        /** One that loads the application itself. */
        public Worker(int index, boolean exitOnBootFailure) {
            this(index, exitOnBootFailure, false);
        }
    }

    /**
     * Loads the application once; the workers are forked from it.
     *
     * @param exitOnBootFailure whether the daemon ends when the application cannot be loaded at the first start
     */
    record Template(boolean exitOnBootFailure) implements ServerRole {}
}
