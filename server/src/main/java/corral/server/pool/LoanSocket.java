package corral.server.pool;

import corral.server.frames.WorkerHello;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes the sockets of clients to a worker for one of its connections (PROTOCOL.md, Loans). Never blocks. On the link's event loop. */
final class LoanSocket {
    private static final Logger LOG = LoggerFactory.getLogger(LoanSocket.class);

    private final WorkerHello worker;
    private Socket socket;
    private boolean failed;

    LoanSocket(WorkerHello worker) {
        this.worker = worker;
        failed = worker.loans().isEmpty();
    }

    /** Whether the worker will have it as its own by the time it hears of it. */
    boolean pass(int descriptor) {
        if (failed) {
            return false;
        }
        try {
            if (socket == null) {
                open();
            }
            return socket.sendFd(descriptor) > 0;
        } catch (IOException e) {
            LOG.warn("long responses of worker {} go by the front: {}", worker.worker(), e.getMessage());
            failed = true;
            close();
            return false;
        }
    }

    /** Connects and says for which connection this is. */
    private void open() throws IOException {
        socket = Socket.newSocketDomain();
        if (!socket.connect(new DomainSocketAddress("\0" + worker.loans()))) {
            throw new IOException("its socket takes no connection");
        }
        ByteBuffer slot = ByteBuffer.allocateDirect(Integer.BYTES);
        slot.putInt(Integer.reverseBytes(worker.ledger().slot())).flip();
        if (socket.write(slot, 0, Integer.BYTES) != Integer.BYTES) {
            throw new IOException("its socket takes no bytes");
        }
    }

    void close() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("closing a socket for loans: {}", e.toString());
            }
            socket = null;
        }
    }
}
