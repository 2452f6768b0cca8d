package corral.daemon;

import corral.daemon.config.HttpServerConfig;
import corral.daemon.config.HttpServerConfig.Address;
import corral.daemon.control.GivenSocket;
import corral.daemon.os.Native;
import corral.daemon.os.OpenSockets;
import corral.daemon.os.OsException;
import corral.daemon.os.ProcessImage;
import corral.daemon.upgrade.HandOver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets that corrald was started with: by init (sd_listen_fds(3)), by a shell for {@code bind=fd://N}, or by the
 * corrald that it was before an upgrade. Those that are not of our own making stay open, at their numbers, for ever. One thread
 * at a time.
 */
final class StartSockets {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int FIRST = 3;

    private final OpenSockets os;
    private final Map<String, Integer> ofInit = new LinkedHashMap<>();
    private final Map<String, Integer> others = new LinkedHashMap<>();
    private final Map<String, Integer> control = new HashMap<>();
    private final Map<String, Integer> rest = new HashMap<>();
    private final Map<String, Integer> named = new HashMap<>();

    /**
     * Looks at what is there; before anything else opens sockets.
     *
     * @param environment that corrald was started with
     * @param inherited what an earlier one left
     */
    StartSockets(Native os, Map<String, String> environment, Optional<Map<String, Integer>> inherited) {
        this.os = new OpenSockets(os);
        ProcessImage.closeOnExec(os);
        inherited.ifPresentOrElse(this::takeOver, () -> look(environment, os.pid()));
    }

    private void takeOver(Map<String, Integer> inherited) {
        inherited.forEach((name, fd) -> {
            if (name.startsWith(HandOver.INIT)) {
                ofInit.put(name, fd);
            } else if (name.startsWith(HandOver.START)) {
                others.put(name, fd);
            } else if (name.startsWith(HandOver.CONTROL)) {
                control.put(name.substring(HandOver.CONTROL.length()), fd);
            } else {
                rest.put(name, fd);
            }
        });
    }

    private void look(Map<String, String> environment, int pid) {
        int count = Integer.toString(pid).equals(environment.get("LISTEN_PID"))
                ? number(environment.getOrDefault("LISTEN_FDS", ""))
                : 0;
        List<Integer> listening = os.listening();
        String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
        for (int i = 0; i < Math.min(count, names.length); i++) {
            if (!listening.contains(FIRST + i)) {
                // Of two with one name the first is as good as the second.
                named.putIfAbsent(names[i], FIRST + i);
            }
        }
        for (int fd : listening) {
            if (fd < FIRST + count) {
                ofInit.put(HandOver.INIT + fd, fd);
            } else {
                others.put(HandOver.START + fd, fd);
            }
        }
    }

    private static int number(String text) {
        return !text.isEmpty() && text.length() < 6 && text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Integer.parseInt(text)
                : 0;
    }

    /** Sockets for control servers, by their addresses; what an earlier corrald listened at beside them is closed. */
    Map<String, GivenSocket> forControl(List<HttpServerConfig> servers) {
        Map<String, GivenSocket> given = new HashMap<>();
        for (HttpServerConfig server : servers) {
            find(server.address())
                    .ifPresent(socket -> given.put(server.address().text(), socket));
        }
        control.forEach(this::abandon);
        control.clear();
        return given;
    }

    /** The lock of the runtime directory, if an earlier corrald held it in this process; once. */
    OptionalInt lock() {
        Integer fd = rest.remove(RuntimeDirectory.LOCK);
        return fd == null ? OptionalInt.empty() : OptionalInt.of(fd);
    }

    /** What an earlier corrald left beside such sockets. */
    Map<String, Integer> others() {
        return Map.copyOf(rest);
    }

    /** What init has passed that does not listen, by name: what it has kept of an earlier corrald's. */
    Map<String, Integer> named() {
        return Map.copyOf(named);
    }

    /** What the next corrald is to have beside what this one made. */
    Map<String, Integer> handOver() {
        Map<String, Integer> sockets = new LinkedHashMap<>(ofInit);
        sockets.putAll(others);
        sockets.values().removeIf(fd -> !os.isListening(fd));
        return sockets;
    }

    private Optional<GivenSocket> find(Address address) {
        Integer left = control.get(address.text());
        if (left != null && (!(address instanceof Address.Unix unix) || Files.exists(Path.of(unix.path())))) {
            control.remove(address.text());
            return Optional.of(new GivenSocket(left, true));
        }
        OptionalInt fd = ofInit.values().stream()
                .filter(socket ->
                        os.address(socket).filter(at -> isAt(address, at)).isPresent())
                .mapToInt(Integer::intValue)
                .findFirst();
        if (fd.isEmpty()) {
            return Optional.empty();
        }
        try {
            // A copy: a restart closes it and needs it again.
            GivenSocket socket = new GivenSocket(os.duplicate(fd.getAsInt()), false);
            log.info("{} is the socket {} that corrald was started with", address.text(), fd.getAsInt());
            return Optional.of(socket);
        } catch (OsException e) {
            log.warn("the socket {} cannot be used for {}: {}", fd.getAsInt(), address.text(), e.getMessage());
            return Optional.empty();
        }
    }

    private void abandon(String address, int fd) {
        log.info("no longer listening at {}", address);
        Optional<SocketAddress> bound = os.address(fd);
        os.close(fd);
        if (address.startsWith("unix:") && bound.isPresent()) {
            try {
                Files.deleteIfExists(Path.of(address.substring("unix:".length())));
            } catch (IOException e) {
                log.warn("{} cannot be removed: {}", address, e.toString());
            }
        }
    }

    private static boolean isAt(Address address, SocketAddress at) {
        if (address instanceof Address.Unix unix) {
            return at instanceof UnixDomainSocketAddress path && path.getPath().equals(Path.of(unix.path()));
        }
        Address.Inet inet = (Address.Inet) address;
        return at instanceof InetSocketAddress bound
                && bound.getPort() == inet.port()
                && (inet.host().isEmpty()
                        ? bound.getAddress().isAnyLocalAddress()
                        : names(inet.host(), bound.getAddress()));
    }

    private static boolean names(String host, InetAddress address) {
        try {
            return Arrays.asList(InetAddress.getAllByName(host)).contains(address);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
