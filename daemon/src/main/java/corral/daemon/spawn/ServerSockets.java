package corral.daemon.spawn;

import corral.daemon.config.BindAddress;
import corral.daemon.config.ListenConfig;
import corral.daemon.config.UserId;
import corral.daemon.os.SocketException;
import corral.daemon.os.Sockets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets of servers and programs. They are opened before the first launch and stay open until the group is
 * gone: what connects while nobody serves them waits in the kernel. Spawner thread.
 */
final class ServerSockets {
    private static final Logger log = LoggerFactory.getLogger("corral");

    private record Listening(ListenConfig config, Map<BindAddress, Integer> fds) {}

    private record WorkerSocket(int fd, String path, Optional<UserId> user) {}

    private final Sockets os;
    private final Map<String, Listening> listening = new HashMap<>();
    private final Map<String, WorkerSocket> workers = new HashMap<>();

    ServerSockets(Sockets os) {
        this.os = os;
    }

    /** Descriptors in the order of the addresses; all are open, or none that was not open before. */
    List<Integer> listen(String group, ListenConfig config) throws SocketException {
        Listening known = listening.get(group);
        if (known == null || !known.config().equals(config)) {
            if (known != null) {
                log.info("the addresses of '{}' have changed", group);
                closeListening(group);
            }
            listening.put(group, new Listening(config, open(group, config)));
        }
        Map<BindAddress, Integer> fds = listening.get(group).fds();
        return config.binds().stream().map(fds::get).toList();
    }

    /** The same for the processes of a program that is no server, which share them: blocking, as ordinary programs expect it. */
    List<Integer> listen(String group, String program, ListenConfig config) throws SocketException {
        String owner = owner(group) + program;
        Listening known = listening.get(owner);
        List<Integer> fds = listen(owner, config);
        if (!listening.get(owner).equals(known)) {
            fds.forEach(os::makeBlocking);
        }
        return fds;
    }

    /** No name has a slash. */
    private static String owner(String group) {
        return group + "/";
    }

    /** The descriptor that a server's workers connect to, open from the first launch of any of its processes. */
    int workerSocket(String group, String path, Optional<UserId> user) throws SocketException {
        WorkerSocket known = workers.get(group);
        if (known == null || !known.user().equals(user)) {
            closeWorkerSocket(group);
            int fd = os.listenPrivately(
                    path,
                    user.map(UserId::uid).orElse(-1),
                    user.map(UserId::gid).orElse(-1));
            workers.put(group, new WorkerSocket(fd, path, user));
        }
        return workers.get(group).fd();
    }

    /** The server is gone. */
    void release(String group) {
        closeListening(group);
        List.copyOf(listening.keySet()).stream()
                .filter(owner -> owner.startsWith(owner(group)))
                .forEach(this::closeListening);
        closeWorkerSocket(group);
    }

    void releaseAll() {
        List.copyOf(listening.keySet()).forEach(this::closeListening);
        List.copyOf(workers.keySet()).forEach(this::closeWorkerSocket);
    }

    private Map<BindAddress, Integer> open(String group, ListenConfig config) throws SocketException {
        Map<BindAddress, Integer> fds = new LinkedHashMap<>();
        try {
            for (BindAddress address : config.binds()) {
                if (!fds.containsKey(address)) {
                    fds.put(address, os.listen(address, config));
                    announce(group, address, fds.get(address));
                }
            }
            return fds;
        } catch (SocketException e) {
            fds.forEach(this::close);
            throw e;
        }
    }

    private void announce(String group, BindAddress address, int fd) {
        BindAddress real = address instanceof BindAddress.Tcp tcp && tcp.port() == 0
                ? new BindAddress.Tcp(tcp.host(), os.port(fd), tcp.v6Only())
                : address;
        log.info("'{}' listens at {}", group, real);
    }

    private void closeListening(String group) {
        Listening known = listening.remove(group);
        if (known != null) {
            known.fds().forEach(this::close);
        }
    }

    private void close(BindAddress address, int fd) {
        if (address instanceof BindAddress.Inherited) {
            return; // Stays the daemon's: the section may come back.
        }
        os.close(fd);
        if (address instanceof BindAddress.Unix unix) {
            os.unlink(unix.path());
        }
    }

    private void closeWorkerSocket(String group) {
        WorkerSocket known = workers.remove(group);
        if (known != null) {
            os.close(known.fd());
            os.unlink(known.path());
        }
    }
}
