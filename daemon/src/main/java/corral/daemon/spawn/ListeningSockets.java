package corral.daemon.spawn;

import corral.daemon.config.BindAddress;
import corral.daemon.config.ListenConfig;
import corral.daemon.os.SocketException;
import corral.daemon.os.Sockets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets of servers. They are opened before the first launch of a front and stay open until the server is
 * gone: what connects while no front runs waits in the kernel. Fronts that run at the same time have the same descriptors; an address that only the
 * older one has goes with it. Spawner thread.
 */
final class ListeningSockets {
    private static final Logger log = LoggerFactory.getLogger("corral");

    /** Stands for all launches of a program. */
    private static final int SHARED = 0;

    /** What a group listens at, and which launches have it. */
    private static final class Open {
        private final Map<BindAddress, Integer> fds = new LinkedHashMap<>();
        private final Map<Integer, ListenConfig> launches = new HashMap<>();

        private boolean isUsed(BindAddress address) {
            return launches.values().stream()
                    .anyMatch(config -> config.binds().contains(address));
        }
    }

    private final Sockets os;
    private final Map<String, Open> byGroup = new HashMap<>();

    ListeningSockets(Sockets os) {
        this.os = os;
    }

    /** Descriptors for a launch in the order of the addresses; all are open, or none that was not open before. */
    List<Integer> open(String group, int launch, ListenConfig config) throws SocketException {
        Open open = byGroup.computeIfAbsent(group, name -> new Open());
        closeUnused(open, config);
        Map<BindAddress, Integer> added = new LinkedHashMap<>();
        try {
            for (BindAddress address : config.binds()) {
                Integer known = open.fds.get(address);
                if (known != null) {
                    os.listenAgain(known, address, config);
                } else if (!added.containsKey(address)) {
                    added.put(address, os.listen(address, config));
                    announce(group, address, added.get(address));
                }
            }
        } catch (SocketException e) {
            added.forEach(this::close);
            throw e;
        }
        open.fds.putAll(added);
        open.launches.put(launch, config);
        return config.binds().stream().map(open.fds::get).toList();
    }

    /**
     * Descriptors that all processes of a program share, which is no server: blocking, as ordinary programs expect it. They stay open until the group
     * is gone.
     */
    List<Integer> open(String group, String program, ListenConfig config) throws SocketException {
        String owner = ownerPrefix(group) + program;
        Set<Integer> known = byGroup.containsKey(owner) ? Set.copyOf(byGroup.get(owner).fds.values()) : Set.of();
        List<Integer> fds = open(owner, SHARED, config);
        fds.stream().filter(fd -> !known.contains(fd)).forEach(os::makeBlocking);
        return fds;
    }

    /** No name has a slash. */
    private static String ownerPrefix(String group) {
        return group + "/";
    }

    /** The process of a launch is gone; the last one's addresses stay. */
    void ended(String group, int launch) {
        Open open = byGroup.get(group);
        if (open != null && open.launches.containsKey(launch)) {
            ListenConfig last = open.launches.remove(launch);
            if (!open.launches.isEmpty()) {
                last = open.launches.values().iterator().next();
            }
            closeUnused(open, last);
        }
    }

    /** The server, or the group of programs, is gone. */
    void release(String group) {
        List.copyOf(byGroup.keySet()).stream()
                .filter(owner -> owner.equals(group) || owner.startsWith(ownerPrefix(group)))
                .forEach(owner -> byGroup.remove(owner).fds.forEach(this::close));
    }

    void releaseAll() {
        List.copyOf(byGroup.keySet()).forEach(this::release);
    }

    private void closeUnused(Open open, ListenConfig kept) {
        for (BindAddress address : List.copyOf(open.fds.keySet())) {
            if (!kept.binds().contains(address) && !open.isUsed(address)) {
                log.info("no longer listening at {}", address);
                close(address, open.fds.remove(address));
            }
        }
    }

    private void announce(String group, BindAddress address, int fd) {
        BindAddress real = address instanceof BindAddress.Tcp tcp && tcp.port() == 0
                ? new BindAddress.Tcp(tcp.host(), os.port(fd), tcp.v6Only())
                : address;
        log.info("'{}' listens at {}", group, real);
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
}
