package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Port to the thread that launches children. Requests are served in order; answers come back on the loop. */
public interface Spawner {

    /** Hears how one launch went, on the loop; exactly one method is called, once. */
    interface Listener {

        /**
         * The child runs.
         *
         * @param pid process id, which is also its process group
         * @param atNs monotonic time of the launch
         */
        void onSpawned(int pid, long atNs);

        /** Nothing was launched; the text is Supervisor's where spec/supervisor.md 3.3 has one. */
        void onSpawnFailed(String error);
    }

    /**
     * What a child needs to be launched.
     *
     * @param launch number of the launch, unique in the daemon; what the child says of itself is known by it
     */
    record Request(String group, ProcessConfig config, LogPaths logs, int launch) {}

    /** Looks whether the command could be launched: NO_FILE, NOT_EXECUTABLE or nothing. */
    void check(ProcessConfig config, Consumer<Optional<RefusedException>> answer);

    /** Launches a child. */
    void spawn(Request request, Listener listener);

    /**
     * A child that an earlier daemon has launched runs on: what was made for its launch is taken over, as far as it can be had.
     *
     * @param done hears on the loop when that is done
     */
    default void resume(Request request, int pid, Runnable done) {
        done.run();
    }

    /** All that run on have been resumed: what an earlier daemon has left and no group of these names may want goes. */
    default void resumed(Set<String> groups) {}

    /** Somebody else takes over from the child of a launch, which is about to be stopped. */
    void leaves(String group, int launch);

    /** The child of a launch has been reaped, or there was none: what was made for it alone may go. */
    void ended(String group, int launch);

    /** A launch that waits for its template need not wait any longer: it fails, unless it is under way. */
    void cancel(Request request);

    /** The template of a group will not come (back) by itself: launches that wait for it, or would, fail for this reason. */
    void withoutTemplate(String group, String reason);

    /** A group is gone: what was kept for its launches, such as listening sockets, may go too. */
    void release(String group);
}
