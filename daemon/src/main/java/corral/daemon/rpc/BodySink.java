package corral.daemon.rpc;

import java.io.IOException;

/** Takes the bytes of a body as they arrive. */
@FunctionalInterface
public interface BodySink {

    /** The next bytes; the buffer is reused after the call. */
    void accept(byte[] buffer, int offset, int length) throws IOException;
}
