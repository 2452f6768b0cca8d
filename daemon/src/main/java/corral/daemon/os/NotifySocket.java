package corral.daemon.os;

import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;

/** The way to whoever started this process and wants to know how it is (sd_notify(3)). Any thread. */
public final class NotifySocket {
    private static final int SOCK_DGRAM = 2;
    private static final int CLOEXEC = 0x80000;
    private static final int NO_WAIT_NO_SIGNAL = 0x40 | 0x4000;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;
    private static final int ENOBUFS = 105;

    private final Native os;
    private final int fd;
    private final String name;
    private final SocketAddresses.Address address;

    private NotifySocket(Native os, int fd, String name, SocketAddresses.Address address) {
        this.os = os;
        this.fd = fd;
        this.name = name;
        this.address = address;
    }

    /**
     * A socket for one receiver, which need not be there yet.
     *
     * @param address value of NOTIFY_SOCKET: an absolute path, or {@code @} and an abstract name (unix(7))
     * @throws OsException EAFNOSUPPORT for any other address, ENAMETOOLONG for one beyond 107 bytes
     */
    public static NotifySocket to(Native os, String address) throws OsException {
        SocketAddresses.Address receiver = SocketAddresses.notify(os, address);
        int fd = os.check(os.libc().socket(SocketAddresses.AF_UNIX, SOCK_DGRAM | CLOEXEC, 0), "socket", address);
        return new NotifySocket(os, fd, address, receiver);
    }

    /**
     * Sends one message. Never blocks.
     *
     * @return false when the receiver has no room now
     * @throws OsException when there is no receiver
     */
    public boolean send(String message) throws OsException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        Pointer memory = os.allocate(bytes.length);
        memory.put(0, bytes, 0, bytes.length);
        long sent = os.libc().sendto(fd, memory, bytes.length, NO_WAIT_NO_SIGNAL, address.memory(), address.length());
        if (sent >= 0) {
            return true;
        }
        int errno = os.errno();
        if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS) {
            return false;
        }
        throw new OsException("sendto", name, errno);
    }

    /**
     * Sends one message, and waits while the receiver has no room.
     *
     * @param descriptor open file that the receiver gets a copy of; -1 for none
     * @throws OsException when there is no receiver
     */
    public void sendWith(String message, int descriptor) throws OsException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        Pointer memory = os.allocate(bytes.length);
        memory.put(0, bytes, 0, bytes.length);
        int[] descriptors = descriptor < 0 ? new int[0] : new int[] {descriptor};
        new DescriptorMessage(os, memory, bytes.length, descriptors).to(address).send(fd, name);
    }
}
