package corral.daemon.control;

import java.io.Closeable;
import java.io.IOException;

/** Where the bytes of a streamed reply come from. File threads only, one call at a time. */
interface ByteSource extends Closeable {

    /** The next bytes, at most some 64 KiB; empty if there are none at the moment, null at the end. */
    byte[] next() throws IOException;
}
