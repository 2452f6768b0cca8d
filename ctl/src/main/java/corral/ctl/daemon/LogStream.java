package corral.ctl.daemon;

import corral.daemon.rpc.BodySink;
import java.io.Closeable;
import java.io.IOException;

/** A log that is followed. */
public interface LogStream extends Closeable {

    /**
     * Connects and hands on what the log holds and gets, until the daemon ends it.
     *
     * @throws IOException when it cannot be read, or after {@link #close}
     */
    void follow(BodySink sink) throws IOException;

    /** Ends {@link #follow}; any thread. */
    @Override
    void close();
}
