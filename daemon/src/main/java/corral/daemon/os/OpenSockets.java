package corral.daemon.os;

import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import jnr.ffi.Pointer;

/** The listening sockets among the descriptors that this process has, whoever opened them. Any thread. */
public final class OpenSockets {
    private static final int FIRST = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ACCEPTCONN = 30;
    private static final int ADDRESS_BYTES = 128;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final Native os;

    /** Sockets of this process. */
    public OpenSockets(Native os) {
        this.os = os;
    }

    /** Descriptors from 3 on that are listening sockets, sorted. */
    public List<Integer> listening() {
        List<Integer> listening = new ArrayList<>();
        String[] open = new File("/proc/self/fd").list();
        for (String name : open == null ? new String[0] : open) {
            int fd = Integer.parseInt(name);
            if (fd >= FIRST && isListening(fd)) {
                listening.add(fd);
            }
        }
        listening.sort(null);
        return listening;
    }

    /** Whether a descriptor is a listening socket. */
    public boolean isListening(int fd) {
        Pointer value = os.allocate(4);
        Pointer length = os.allocate(4);
        length.putInt(0, 4);
        return os.libc().getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, value, length) == 0 && value.getInt(0) == 1;
    }

    /** The descriptor of a socket that listens at exactly this address, which is as {@link #address} gives it. */
    public OptionalInt listeningAt(SocketAddress address) {
        return listening().stream()
                .filter(fd -> address(fd).filter(address::equals).isPresent())
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    /** Where a socket is bound: a path or an internet address; empty for all others. */
    public Optional<SocketAddress> address(int fd) {
        Pointer address = os.allocate(ADDRESS_BYTES);
        Pointer length = os.allocate(4);
        length.putInt(0, ADDRESS_BYTES);
        if (os.libc().getsockname(fd, address, length) != 0) {
            return Optional.empty();
        }
        return switch (address.getShort(0)) {
            case SocketAddresses.AF_UNIX -> path(address, length.getInt(0));
            case SocketAddresses.AF_INET -> inet(address, 4, 4);
            case SocketAddresses.AF_INET6 -> inet(address, 8, 16);
            default -> Optional.empty();
        };
    }

    /** A second descriptor of a socket, close-on-exec; neither blocks from now on. */
    public int duplicate(int fd) throws OsException {
        int copy = os.check(os.libc().fcntl(fd, F_DUPFD_CLOEXEC, FIRST), "dup", "fd " + fd);
        os.libc().fcntl(copy, F_SETFL, os.libc().fcntl(copy, F_GETFL, 0) | O_NONBLOCK);
        return copy;
    }

    /** Closes a socket. */
    public void close(int fd) {
        os.libc().close(fd);
    }

    private static Optional<SocketAddress> path(Pointer address, int length) {
        byte[] bytes = new byte[Math.max(0, Math.min(length, ADDRESS_BYTES) - 2)];
        address.get(2, bytes, 0, bytes.length);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        // None, or an abstract one.
        return end == 0
                ? Optional.empty()
                : Optional.of(UnixDomainSocketAddress.of(new String(bytes, 0, end, StandardCharsets.UTF_8)));
    }

    private static Optional<SocketAddress> inet(Pointer address, int offset, int bytes) {
        byte[] host = new byte[bytes];
        address.get(offset, host, 0, bytes);
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(host), SocketAddresses.port(address)));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
