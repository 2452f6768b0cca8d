package corral.daemon.os;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;

/** struct sockaddr of the three families, as the kernel reads it. No state, any thread. */
final class SocketAddresses {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    /** Bytes of a path in sockaddr_un, less the final zero. */
    static final int MAX_PATH = 107;

    private static final int ENAMETOOLONG = 36;
    private static final int EAFNOSUPPORT = 97;

    private SocketAddresses() {}

    /** An address in native memory and its length. */
    record Address(int family, Pointer memory, int length) {}

    static Address unix(Native os, String path) throws OsException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_PATH) {
            throw new OsException("bind", path, ENAMETOOLONG);
        }
        Pointer memory = os.allocate(2 + MAX_PATH + 1);
        memory.putShort(0, (short) AF_UNIX);
        memory.put(2, bytes, 0, bytes.length);
        return new Address(AF_UNIX, memory, 2 + bytes.length + 1);
    }

    /** The address in NOTIFY_SOCKET: a path, or an abstract name behind {@code @}, which has no final zero (unix(7)). */
    static Address notify(Native os, String text) throws OsException {
        if (text.startsWith("/")) {
            return unix(os, text);
        }
        if (!text.startsWith("@") || text.length() == 1) {
            throw new OsException("NOTIFY_SOCKET", text, EAFNOSUPPORT);
        }
        Address abstractName = unix(os, text);
        abstractName.memory().putByte(2, (byte) 0);
        return new Address(AF_UNIX, abstractName.memory(), abstractName.length() - 1);
    }

    static Address inet(Native os, InetAddress address, int port) {
        byte[] bytes = address.getAddress();
        boolean six = address instanceof Inet6Address;
        Pointer memory = os.allocate(28);
        memory.putShort(0, (short) (six ? AF_INET6 : AF_INET));
        memory.putByte(2, (byte) (port >> 8));
        memory.putByte(3, (byte) port);
        memory.put(six ? 8 : 4, bytes, 0, bytes.length);
        if (six) {
            memory.putInt(24, ((Inet6Address) address).getScopeId());
        }
        return new Address(six ? AF_INET6 : AF_INET, memory, six ? 28 : 16);
    }

    /** The port that the kernel has chosen or was given. */
    static int port(Pointer address) {
        return (address.getByte(2) & 0xff) << 8 | (address.getByte(3) & 0xff);
    }
}
