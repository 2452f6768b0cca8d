package corral.it.lifecycle;

import java.io.IOException;
import java.util.List;

/**
 * A server under load and what can be done to it. What it does not have throws {@link Unsupported}; what it has and does not
 * achieve throws {@link IllegalStateException} with what it said. Everything returns when it is done. For one thread.
 */
interface Target extends AutoCloseable {
    String name();

    int port();

    Site site();

    /** Pids of the workers that serve. */
    List<Long> workers();

    /** Pid of the process that has the connections, or of the one that starts the workers. */
    long front();

    /** Replaces all workers, for the version of the application that is in place. */
    void reload();

    /** Reloads with an application that cannot be imported; returns what was said of it. */
    String failingReload();

    /** Comes back to a version that works, after {@link #failingReload}. */
    void recover() throws IOException;

    void scale(int workers);

    /** Replaces the process that has the connections. */
    void upgrade();

    /** Changes a setting of the workers and applies it. */
    void update(String version) throws IOException;

    /** Takes the certificate that is in place now. */
    void renew();

    /** Whether {@link #front} may be killed and comes back. */
    boolean frontIsReplaceable();

    /** What it wrote, for messages. */
    String story();

    @Override
    void close();
}
