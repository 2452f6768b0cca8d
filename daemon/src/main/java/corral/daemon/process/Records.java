package corral.daemon.process;

import java.util.Collection;

/**
 * Port to what outlives the daemon: what it knows is written down on a thread of its own, in the order in which it was handed in, so that another
 * daemon can go on. Called on the loop; nothing here waits for a disk.
 */
public interface Records {

    /** Replaces what is written of a process. */
    void save(ProcessRecord record);

    /** Replaces what is written of the daemon; after the processes that were handed in before. */
    void save(DaemonRecord record);

    /** There are no such processes any more. */
    void forget(Collection<Integer> instances);

    /** Runs something on the loop once all that was handed in is written, or could not be, or takes too long. */
    void whenWritten(Runnable then);

    /** For a daemon that nobody goes on with. */
    static Records none() {
        return new Records() {
            @Override
            public void save(ProcessRecord record) {}

            @Override
            public void save(DaemonRecord record) {}

            @Override
            public void forget(Collection<Integer> instances) {}

            @Override
            public void whenWritten(Runnable then) {
                then.run();
            }
        };
    }
}
