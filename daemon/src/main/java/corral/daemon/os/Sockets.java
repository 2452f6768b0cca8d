package corral.daemon.os;

import corral.daemon.config.BindAddress;
import corral.daemon.config.ListenConfig;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import jnr.ffi.Pointer;
import jnr.posix.FileStat;

/** Sockets that children inherit or talk to: socket(2), bind(2), listen(2). All are close-on-exec. Any thread. */
public final class Sockets {
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_REUSEPORT = 15;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;
    private static final int EADDRINUSE = 98;
    private static final int OWNER_ONLY = 0600;
    /** Workers times event loops, all at once. */
    private static final int WORKER_BACKLOG = 4096;

    /** Whom the file of a socket admits; -1 leaves the owner or group as it is. */
    private record Access(int mode, int uid, int gid) {}

    private final Native os;

    /** Sockets of this process. */
    public Sockets(Native os) {
        this.os = os;
    }

    /**
     * Begins to listen.
     *
     * @throws SocketException with the words for the operator
     */
    public int listen(BindAddress address, ListenConfig config) throws SocketException {
        return listen(address, config, false);
    }

    /** Likewise, where a process listens already that we have lost the socket of: who connects comes to the one or the other. */
    public int listenBeside(BindAddress address, ListenConfig config) throws SocketException {
        return listen(address, config, true);
    }

    private int listen(BindAddress address, ListenConfig config, boolean beside) throws SocketException {
        try {
            if (address instanceof BindAddress.Tcp tcp) {
                return listen(tcp, config.backlog(), beside || config.reusePort());
            } else if (address instanceof BindAddress.Unix unix) {
                removeOldSocket(unix.path(), beside);
                return listenUnix(unix.path(), config.backlog(), access(config));
            }
            return adopt((BindAddress.Inherited) address);
        } catch (OsException e) {
            throw e.errno() == EADDRINUSE
                    ? new SocketException("Connection in use: " + address)
                    : new SocketException("Can't connect to " + address + ": " + e.getMessage());
        }
    }

    /** What can be changed of a socket that listens already: how many may wait, and who may connect to a Unix socket. */
    public void listenAgain(int fd, BindAddress address, ListenConfig config) throws SocketException {
        try {
            if (address instanceof BindAddress.Unix unix) {
                allow(unix.path(), access(config));
            }
            if (!(address instanceof BindAddress.Inherited)) {
                os.check(os.libc().listen(fd, config.backlog()), "listen", address.toString());
            }
        } catch (OsException e) {
            throw new SocketException("Can't change " + address + ": " + e.getMessage());
        }
    }

    private static Access access(ListenConfig config) {
        return new Access(
                config.unixMode(), config.uid().orElse(-1), config.gid().orElse(-1));
    }

    /** A listening Unix socket that only its owner can connect to. */
    public int listenPrivately(String path, int uid, int gid) throws SocketException {
        try {
            removeOldSocket(path, false);
            return listenUnix(path, WORKER_BACKLOG, new Access(OWNER_ONLY, uid, gid));
        } catch (OsException e) {
            throw new SocketException("the socket for the workers cannot be made: " + e.getMessage());
        }
    }

    /** A socket that receives messages from the owner of its file, without blocking. An old file is replaced. */
    public int receive(String path, int uid, int gid) throws OsException {
        os.libc().unlink(path);
        int fd = os.check(os.libc().socket(SocketAddresses.AF_UNIX, SOCK_DGRAM | NONBLOCK_CLOEXEC, 0), "socket", path);
        try {
            bind(fd, SocketAddresses.unix(os, path), path);
            allow(path, new Access(OWNER_ONLY, uid, gid));
            return fd;
        } catch (OsException e) {
            os.libc().close(fd);
            os.libc().unlink(path);
            throw e;
        }
    }

    /** One message, cut at the size of the buffer; its length, or {@link Descriptors#WOULD_BLOCK}. */
    public long receive(int fd, NativeBuffer into) throws OsException {
        long count = os.libc().recv(fd, into.pointer(), into.size(), 0);
        if (count >= 0) {
            return count;
        }
        if (os.errno() == EAGAIN || os.errno() == EINTR) {
            return Descriptors.WOULD_BLOCK;
        }
        throw new OsException("recv", "fd " + fd, os.errno());
    }

    /** The TCP port that a listening socket has. */
    public int port(int fd) {
        Pointer address = os.allocate(128);
        Pointer length = os.allocate(4);
        length.putInt(0, 128);
        os.libc().getsockname(fd, address, length);
        return SocketAddresses.port(address);
    }

    /** Lets those who accept from it wait, as they do from systemd's sockets; for all who share it. */
    public void makeBlocking(int fd) {
        os.libc().fcntl(fd, F_SETFL, os.libc().fcntl(fd, F_GETFL, 0) & ~O_NONBLOCK);
    }

    /** Closes a socket. */
    public void close(int fd) {
        os.libc().close(fd);
    }

    /** Removes the file of a Unix socket. */
    public void unlink(String path) {
        os.libc().unlink(path);
    }

    private int listen(BindAddress.Tcp tcp, int backlog, boolean shared) throws OsException, SocketException {
        SocketAddresses.Address address = SocketAddresses.inet(os, resolve(tcp), tcp.port());
        int fd = os.check(os.libc().socket(address.family(), SOCK_STREAM | NONBLOCK_CLOEXEC, 0), "socket", tcp.host());
        try {
            set(fd, SOL_SOCKET, SO_REUSEADDR);
            // Connections inherit it.
            set(fd, IPPROTO_TCP, TCP_NODELAY);
            if (shared) {
                set(fd, SOL_SOCKET, SO_REUSEPORT);
            }
            if (tcp.v6Only()) {
                set(fd, IPPROTO_IPV6, IPV6_V6ONLY);
            }
            bind(fd, address, tcp.toString());
            os.check(os.libc().listen(fd, backlog), "listen", tcp.toString());
            // Only now, so that an address in use was refused: a later daemon may bind beside us that cannot have this
            // one.
            set(fd, SOL_SOCKET, SO_REUSEPORT);
            return fd;
        } catch (OsException e) {
            os.libc().close(fd);
            throw e;
        }
    }

    /** Of a name with several addresses an IPv4 one, as Gunicorn and Uvicorn take it. */
    private static InetAddress resolve(BindAddress.Tcp tcp) throws SocketException {
        try {
            InetAddress[] all = InetAddress.getAllByName(tcp.host());
            for (InetAddress address : all) {
                if (address instanceof Inet4Address) {
                    return address;
                }
            }
            return all[0];
        } catch (UnknownHostException e) {
            throw new SocketException("Can't connect to " + tcp + ": the name of the host is unknown");
        }
    }

    private int listenUnix(String path, int backlog, Access access) throws OsException {
        SocketAddresses.Address address = SocketAddresses.unix(os, path);
        int fd = os.check(os.libc().socket(SocketAddresses.AF_UNIX, SOCK_STREAM | NONBLOCK_CLOEXEC, 0), "socket", path);
        try {
            bind(fd, address, path);
            // Before it listens nobody can connect, so nobody can while the mode is not right yet.
            allow(path, access);
            os.check(os.libc().listen(fd, backlog), "listen", path);
            return fd;
        } catch (OsException e) {
            os.libc().close(fd);
            os.libc().unlink(path);
            throw e;
        }
    }

    private void removeOldSocket(String path, boolean evenIfAnswered) throws SocketException {
        FileStat stat = os.posix().allocateStat();
        if (os.posix().stat(path, stat) != 0) {
            return;
        }
        if (!stat.isSocket()) {
            throw new SocketException("'" + path + "' is not a socket");
        }
        if (!evenIfAnswered && isAnswered(path)) {
            throw new SocketException("Connection in use: '" + path + "'");
        }
        os.libc().unlink(path);
    }

    private static boolean isAnswered(String path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            return channel.connect(UnixDomainSocketAddress.of(path)) || channel.isConnectionPending();
        } catch (IOException e) {
            return false;
        }
    }

    private void allow(String path, Access access) throws OsException {
        os.check(os.libc().chmod(path, access.mode()), "chmod", path);
        if (access.uid() != -1 || access.gid() != -1) {
            os.check(os.libc().chown(path, access.uid(), access.gid()), "chown", path);
        }
    }

    private int adopt(BindAddress.Inherited inherited) throws SocketException {
        if (!new SocketIdentity(os).listens(inherited.fd())) {
            throw new SocketException(inherited + " is not a listening socket that corrald was started with");
        }
        // As all others here: who serves it accepts from an event loop.
        os.libc().fcntl(inherited.fd(), F_SETFL, os.libc().fcntl(inherited.fd(), F_GETFL, 0) | O_NONBLOCK);
        return inherited.fd();
    }

    private void bind(int fd, SocketAddresses.Address address, String subject) throws OsException {
        os.check(os.libc().bind(fd, address.memory(), address.length()), "bind", subject);
    }

    private void set(int fd, int level, int option) throws OsException {
        Pointer on = os.allocate(4);
        on.putInt(0, 1);
        os.check(os.libc().setsockopt(fd, level, option, on, 4), "setsockopt", Integer.toString(option));
    }
}
