package corral.daemon.spawn;

import corral.daemon.config.BindAddress;
import corral.daemon.config.ListenConfig;
import corral.daemon.os.SocketException;
import corral.daemon.os.Sockets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets of servers and programs. They are opened before the first launch and stay open until the group is
 * gone: what connects while nobody serves them waits in the kernel. Processes that run at the same time have the same sockets; an address that
 * only the older ones have goes with the last of them. Spawner thread.
 */
final class ListeningSockets {
    private static final Logger log = LoggerFactory.getLogger("corral");

    /** The processes of a program, or the front of a server. */
    record Owner(String group, String program) {}

    /** Where an owner listens, and which launches have it. */
    private static final class Open {
        private final Map<BindAddress, Integer> fds = new LinkedHashMap<>();
        private final Map<Integer, ListenConfig> launches = new HashMap<>();
        /** Where one of the launches listens with a socket that we do not have. */
        private final Set<BindAddress> lost = new HashSet<>();

        private boolean isUsed(BindAddress address) {
            return launches.values().stream().anyMatch(config -> config.binds().contains(address));
        }
    }

    private static final ListenConfig NONE =
            new ListenConfig(List.of(), 1, false, 0, OptionalInt.empty(), OptionalInt.empty());

    private final Sockets os;
    private final Inheritance inheritance;
    private final Map<Owner, Open> byOwner = new HashMap<>();

    ListeningSockets(Sockets os, Inheritance inheritance) {
        this.os = os;
        this.inheritance = inheritance;
    }

    /** Descriptors for a launch in the order of the addresses; all are open, or none that was not open before. */
    List<Integer> open(Owner owner, int launch, ListenConfig config) throws SocketException {
        Open open = byOwner.computeIfAbsent(owner, name -> new Open());
        inherit(owner, open, config);
        closeUnused(open, config);
        Map<BindAddress, Integer> added = new LinkedHashMap<>();
        try {
            for (BindAddress address : config.binds()) {
                Integer known = open.fds.get(address);
                if (known != null) {
                    os.listenAgain(known, address, config);
                } else if (!added.containsKey(address)) {
                    added.put(
                            address,
                            open.lost.contains(address)
                                    ? os.listenBeside(address, config)
                                    : os.listen(address, config));
                    announce(owner.group(), address, added.get(address));
                }
            }
        } catch (SocketException e) {
            added.forEach(this::close);
            throw e;
        }
        open.fds.putAll(added);
        open.lost.removeAll(added.keySet());
        open.launches.put(launch, config);
        return config.binds().stream().map(open.fds::get).toList();
    }

    /**
     * A process of an earlier daemon's runs on: its sockets are taken over.
     *
     * @param candidates descriptors among which they may be; those that are used are taken out
     * @return the addresses whose socket is not to be had
     */
    Set<BindAddress> resume(Owner owner, int launch, ListenConfig config, List<Integer> candidates) {
        Open open = byOwner.computeIfAbsent(owner, name -> new Open());
        open.launches.put(launch, config);
        inherit(owner, open, config);
        // A port that the kernel has chosen fits any: the others first.
        config.binds().stream()
                .sorted(Comparator.comparing(address -> address instanceof BindAddress.Tcp tcp && tcp.port() == 0))
                .filter(address -> !open.fds.containsKey(address))
                .forEach(address -> {
                    int fd = Inheritance.pick(
                            candidates, candidate -> inheritance.identity().listensAt(candidate, address));
                    if (fd >= 0) {
                        open.fds.put(address, fd);
                        open.lost.remove(address);
                    } else {
                        open.lost.add(address);
                    }
                });
        return Set.copyOf(open.lost);
    }

    /** Whether a process of this owner's would need more than is open. */
    boolean misses(Owner owner, ListenConfig config) {
        Open open = byOwner.computeIfAbsent(owner, name -> new Open());
        inherit(owner, open, config);
        return !open.fds.keySet().containsAll(config.binds());
    }

    /** By name, for the next daemon. */
    Map<String, Integer> handOver() {
        Map<String, Integer> all = new HashMap<>();
        byOwner.forEach((owner, open) -> open.fds.forEach((address, fd) -> all.put(name(owner, address), fd)));
        return all;
    }

    private void inherit(Owner owner, Open open, ListenConfig config) {
        for (BindAddress address : config.binds()) {
            if (!open.fds.containsKey(address)) {
                inheritance.bag().take(name(owner, address)).ifPresent(fd -> {
                    if (inheritance.identity().listensAt(fd, address)) {
                        open.fds.put(address, fd);
                    } else {
                        log.warn("what was handed over for {} does not listen there", address);
                        os.close(fd);
                    }
                });
            }
        }
    }

    private static String name(Owner owner, BindAddress address) {
        return prefix(owner.group()) + Fifos.encode(owner.program()) + ":" + Fifos.encode(address.toString());
    }

    private static String prefix(String group) {
        return "listen:" + Fifos.encode(group) + ":";
    }

    /** The process of a launch is gone; the last one's addresses stay. */
    void ended(int launch) {
        for (Open open : byOwner.values()) {
            ListenConfig config = open.launches.remove(launch);
            if (config != null) {
                closeUnused(open, open.launches.isEmpty() ? config : NONE);
            }
        }
    }

    /** The group is gone. */
    void release(String group) {
        release(owner -> owner.group().equals(group));
        inheritance.bag().takeAll(prefix(group)).values().forEach(this::closeUnclaimed);
    }

    /** Closes what was handed over for any other group. */
    void releaseUnclaimed(Set<String> groups) {
        Map<String, Integer> kept = new HashMap<>();
        groups.forEach(group -> kept.putAll(inheritance.bag().left(prefix(group))));
        inheritance.bag().left("listen:").forEach((name, fd) -> {
            if (!kept.containsKey(name)) {
                inheritance.bag().take(name).ifPresent(this::closeUnclaimed);
            }
        });
    }

    private void closeUnclaimed(int fd) {
        inheritance.identity().path(fd).ifPresent(os::unlink);
        os.close(fd);
    }

    void releaseAll() {
        release(owner -> true);
    }

    private void release(Predicate<Owner> which) {
        List.copyOf(byOwner.keySet()).stream()
                .filter(which)
                .forEach(owner -> byOwner.remove(owner).fds.forEach(this::close));
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
