package corral.daemon.os;

import corral.daemon.config.BindAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import jnr.ffi.Pointer;

/** Where an open descriptor listens, if it does: what somebody handed over is not trusted by its number. Any thread. */
public final class SocketIdentity {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ACCEPTCONN = 30;
    private static final int ADDRESS_BYTES = 128;
    private static final int PATH = 2;

    private final Native os;

    /** Descriptors of this process. */
    public SocketIdentity(Native os) {
        this.os = os;
    }

    /** Whether it is a listening socket. */
    public boolean listens(int fd) {
        Pointer value = os.allocate(4);
        Pointer length = os.allocate(4);
        length.putInt(0, 4);
        return os.libc().getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, value, length) == 0 && value.getInt(0) == 1;
    }

    /** Whether it listens there; a host's name may mean several addresses, port 0 any port. */
    public boolean listensAt(int fd, BindAddress address) {
        if (!listens(fd)) {
            return false;
        }
        if (address instanceof BindAddress.Unix unix) {
            return path(fd).equals(Optional.of(unix.path()));
        } else if (address instanceof BindAddress.Tcp tcp) {
            Pointer name = name(fd);
            return (tcp.port() == 0 || SocketAddresses.port(name) == tcp.port()) && isOf(name, tcp.host());
        }
        return true;
    }

    /** The path of a Unix socket, listening or not. */
    public Optional<String> path(int fd) {
        Pointer name = name(fd);
        if (name.getShort(0) != SocketAddresses.AF_UNIX || name.getByte(PATH) == 0) {
            return Optional.empty();
        }
        return Optional.of(name.getString(PATH, SocketAddresses.MAX_PATH + 1, StandardCharsets.UTF_8));
    }

    private static boolean isOf(Pointer name, String host) {
        byte[] own = address(name);
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .anyMatch(address -> Arrays.equals(address.getAddress(), own));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static byte[] address(Pointer name) {
        int family = name.getShort(0);
        byte[] bytes = new byte[family == SocketAddresses.AF_INET6 ? 16 : 4];
        if (family != SocketAddresses.AF_INET && family != SocketAddresses.AF_INET6) {
            return new byte[0];
        }
        name.get(family == SocketAddresses.AF_INET6 ? 8 : 4, bytes, 0, bytes.length);
        return bytes;
    }

    private Pointer name(int fd) {
        Pointer address = os.allocate(ADDRESS_BYTES);
        Pointer length = os.allocate(4);
        length.putInt(0, ADDRESS_BYTES);
        if (os.libc().getsockname(fd, address, length) == -1) {
            address.putShort(0, (short) 0);
        }
        return address;
    }
}
