package corral.daemon.os;

import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;

/**
 * The daemon's end of a pair of stream sockets, over which a child gets bytes and open files (unix(7), SCM_RIGHTS). One thread
 * at a time sends and reads; {@link #isOver} and {@link #shutDown} may be called on any other.
 */
public final class DescriptorLink {
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int MSG_PEEK = 0x02;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SHUT_RDWR = 2;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;
    private static final int EPIPE = 32;

    private final Native os;
    private final int fd;
    private volatile boolean closed;

    private DescriptorLink(Native os, int fd) {
        this.os = os;
        this.fd = fd;
    }

    /** A new pair; {@link #close} closes what is still the caller's. */
    public static final class Pair {
        private final DescriptorLink ours;
        private final int theirs;
        private boolean taken;

        private Pair(DescriptorLink ours, int theirs) {
            this.ours = ours;
            this.theirs = theirs;
        }

        /** Descriptor of the child's end, close-on-exec. */
        public int theirs() {
            return theirs;
        }

        /** The daemon's end, for somebody else to close. */
        public DescriptorLink take() {
            taken = true;
            return ours;
        }

        /** Closes the child's end, which has its copy, and the daemon's, unless it was taken. */
        public void close() {
            ours.os.libc().close(theirs);
            if (!taken) {
                ours.close();
            }
        }
    }

    /**
     * Makes a pair.
     *
     * @param timeoutSecs for which a send or read may last, at least 1
     */
    public static Pair pair(Native os, int timeoutSecs) throws OsException {
        Pointer both = os.allocate(8);
        os.check(
                os.libc().socketpair(SocketAddresses.AF_UNIX, SOCK_STREAM_CLOEXEC, 0, both),
                "socketpair",
                "for a template");
        int ours = both.getInt(0);
        Pointer time = os.allocate(16);
        time.putLong(0, timeoutSecs);
        os.libc().setsockopt(ours, SOL_SOCKET, SO_RCVTIMEO, time, 16);
        os.libc().setsockopt(ours, SOL_SOCKET, SO_SNDTIMEO, time, 16);
        return new Pair(new DescriptorLink(os, ours), both.getInt(4));
    }

    /** The daemon's end of a pair that an earlier daemon has made. */
    public static DescriptorLink inherited(Native os, int fd) {
        return new DescriptorLink(os, fd);
    }

    /** Its descriptor, to be handed over. */
    public int descriptor() {
        return fd;
    }

    /**
     * Sends everything; blocks while the other side does not read.
     *
     * @param descriptors open files that the other side gets copies of, with the first byte
     * @throws OsException EPIPE when the other side is gone, EAGAIN when the time is over
     */
    public void send(byte[] bytes, int... descriptors) throws OsException {
        Pointer data = os.allocate(bytes.length);
        data.put(0, bytes, 0, bytes.length);
        long sent = sendWith(data, bytes.length, descriptors);
        while (sent < bytes.length) {
            sent += sendWith(data.slice(sent), (int) (bytes.length - sent));
        }
    }

    private long sendWith(Pointer data, int length, int... descriptors) throws OsException {
        return new DescriptorMessage(os, data, length, descriptors).send(fd, "the template");
    }

    /** Waits for the next byte, as long as it takes, and leaves it there for {@link #skip}; false at the end of the connection. */
    public boolean await() throws OsException {
        Pointer buffer = os.allocate(1);
        while (true) {
            long count = os.libc().recv(fd, buffer, 1, MSG_PEEK);
            if (count >= 0) {
                return count > 0;
            }
            int errno = os.errno();
            if (errno != EINTR && errno != EAGAIN) {
                throw new OsException("recv", "the template", errno);
            }
        }
    }

    /** Takes the byte that has been awaited. */
    public void skip() {
        os.libc().recv(fd, os.allocate(1), 1, MSG_DONTWAIT);
    }

    /**
     * Reads a line, without its end.
     *
     * @throws OsException EPIPE when the other side is gone, EAGAIN when the time is over
     */
    public String readLine() throws OsException {
        StringBuilder line = new StringBuilder();
        Pointer buffer = os.allocate(256);
        while (line.length() == 0 || line.charAt(line.length() - 1) != '\n') {
            long count = os.libc().recv(fd, buffer, 256, 0);
            if (count > 0) {
                byte[] bytes = new byte[(int) count];
                buffer.get(0, bytes, 0, bytes.length);
                line.append(new String(bytes, StandardCharsets.UTF_8));
            } else if (count == 0) {
                throw new OsException("recv", "the template", EPIPE);
            } else if (os.errno() != EINTR) {
                throw new OsException("recv", "the template", os.errno());
            }
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    /** Whether the other side is gone or this one is closed. Any thread. */
    public boolean isOver() {
        if (closed) {
            return true;
        }
        long count = os.libc().recv(fd, os.allocate(1), 1, MSG_PEEK | MSG_DONTWAIT);
        return count == 0 || (count < 0 && os.errno() != EAGAIN && os.errno() != EINTR);
    }

    /** Ends the connection for both sides and wakes who waits for it. Any thread. */
    public void shutDown() {
        if (!closed) {
            os.libc().shutdown(fd, SHUT_RDWR);
        }
    }

    /** Closes this end; the last thing that its thread does. */
    public void close() {
        if (!closed) {
            closed = true;
            os.libc().close(fd);
        }
    }
}
