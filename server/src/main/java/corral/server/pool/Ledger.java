package corral.server.pool;

import corral.server.frames.LedgerPlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker wrote down of the requests that it started (PROTOCOL.md, "The ledger"): an anonymous file of its own, which can still be read
 * when it was killed. Any thread.
 */
final class Ledger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final String KIND = "/memfd:corral-ledger";
    private static final int SLOTS = 512;

    private final FileChannel file;

    private Ledger(FileChannel file) {
        this.file = file;
    }

    /** Null if it has none that this process may read, for example because it runs as another user. */
    static Ledger open(int pid, LedgerPlace place) {
        if (place.descriptor() < 0) {
            return null;
        }
        Path path = Path.of("/proc/" + pid + "/fd/" + place.descriptor());
        try {
            if (!Files.readSymbolicLink(path).toString().startsWith(KIND)) {
                return null;
            }
            Ledger ledger = new Ledger(FileChannel.open(path));
            if (ledger.number(0) == place.token()) {
                return ledger;
            }
            ledger.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("the ledger of process {} cannot be read: {}", pid, e.toString());
        }
        return null;
    }

    /** How many requests of a connection it has started; negative if that cannot be known. Exact once the worker has closed the connection. */
    long started(int slot) {
        return slot > 0 && slot < SLOTS ? number(slot) : -1;
    }

    private long number(int index) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try {
            int count = file.read(bytes, (long) index * Long.BYTES);
            return count == Long.BYTES ? bytes.getLong(0) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("a ledger cannot be closed: {}", e.toString());
        }
    }
}
