package corral.daemon.config;

import java.util.Objects;

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
     * @param total how many workers there were to be when it was made; workers that differ in it alone are equal
     * @param exitOnBootFailure whether the daemon ends when the application cannot be loaded at the first start
     * @param preloaded whether it is forked from the group's {@link Template}
     */
    record Worker(int index, int total, boolean exitOnBootFailure, boolean preloaded) implements ServerRole {

        /** One of an unknown number that loads the application itself. */
        public Worker(int index, boolean exitOnBootFailure) {
            this(index, 1, exitOnBootFailure, false);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Worker that
                    && index == that.index
                    && exitOnBootFailure == that.exitOnBootFailure
                    && preloaded == that.preloaded;
        }

        @Override
        public int hashCode() {
            return Objects.hash(index, exitOnBootFailure, preloaded);
        }
    }

    /**
     * Loads the application once; the workers are forked from it.
     *
     * @param exitOnBootFailure whether the daemon ends when the application cannot be loaded at the first start
     */
    record Template(boolean exitOnBootFailure) implements ServerRole {}
}
