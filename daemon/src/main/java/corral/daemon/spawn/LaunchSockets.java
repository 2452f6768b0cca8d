package corral.daemon.spawn;

import corral.daemon.config.Additions;
import corral.daemon.config.BindAddress;
import corral.daemon.config.ListenConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import corral.daemon.config.UserId;
import corral.daemon.notify.NotifyReader;
import corral.daemon.os.SocketException;
import corral.daemon.os.Sockets;
import corral.daemon.process.FdAction;
import corral.daemon.process.Spawner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a child gets beside its standard streams: sockets, and how it learns of them. Spawner thread. */
public final class LaunchSockets {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** Where systemd's LISTEN_FDS begin. */
    private static final int FIRST_FD = 3;

    /**
     * What is added to a launch.
     *
     * @param arguments at the end of the command line
     */
    record Extras(List<FdAction> descriptors, Map<String, String> environment, List<String> arguments) {}

    private final Sockets os;
    private final SocketPlaces places;
    private final NotifyReader notifications;
    private final Inheritance inheritance;
    private final ListeningSockets listening;
    private final WorkerSockets workers;
    private final Map<Integer, String> notifyPaths = new HashMap<>();

    /** Sockets of the children of one daemon, which takes over those of an earlier one. */
    public LaunchSockets(Sockets os, SocketPlaces places, NotifyReader notifications, Inheritance inheritance) {
        this.os = os;
        this.places = places;
        this.notifications = notifications;
        this.inheritance = inheritance;
        this.listening = new ListeningSockets(os, inheritance);
        this.workers = new WorkerSockets(os, inheritance);
        places.keepOld();
    }

    Extras prepare(Spawner.Request request) throws LaunchException {
        Extras extras = new Extras(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
        try {
            ServerRole role = request.config().additions().role().orElse(null);
            if (role instanceof ServerRole.Front front) {
                addListening(request, front, extras);
            } else if (role instanceof ServerRole.Worker worker) {
                workers.expect(request.group(), workerPlace(request));
                // Not in its command: it is no other process when there are more or fewer beside it.
                extras.arguments().add("--workers=" + worker.total());
                extras.arguments().add("--connect=" + workerPlace(request).link());
            }
            if (request.config().additions().sockets().isPresent()) {
                addSockets(request, extras);
            }
            if (request.config().additions().notifies()) {
                addNotify(request, extras);
            }
            return extras;
        } catch (SocketException e) {
            throw LaunchException.notExecutable(e.getMessage());
        } catch (IOException e) {
            throw LaunchException.notExecutable(
                    "sockets of '" + request.config().name() + "': " + e.getMessage());
        }
    }

    /** The child of a launch of an earlier daemon's runs on: its sockets are taken over. What cannot be had is said in the log. */
    void resume(Spawner.Request request, int pid) {
        Additions additions = request.config().additions();
        try {
            if (additions.role().orElse(null) instanceof ServerRole.Front front) {
                resumeFront(request, front.listen(), pid);
            } else if (additions.role().orElse(null) instanceof ServerRole.Worker) {
                workers.resumeWorker(request.group(), workerPlace(request));
            }
            if (additions.sockets().isPresent()) {
                resumeListening(request, additions.sockets().get(), pid);
            }
            if (additions.notifies()) {
                watch(request, inheritance.bag().take("notify:" + request.launch()));
            }
        } catch (IOException e) {
            log.error("sockets of '{}': {}", request.config().name(), e.getMessage());
        }
    }

    private void resumeFront(Spawner.Request request, ListenConfig listen, int pid) throws IOException {
        WorkerSockets.Place place = workerPlace(request);
        boolean complete =
                !listening.misses(owner(request), listen) && !workers.misses(request.group(), request.launch(), place);
        List<Integer> candidates = complete
                ? new ArrayList<>()
                : inheritance.lost().of(pid, FIRST_FD, listen.binds().size() + 1);
        sayLost(request, listening.resume(owner(request), request.launch(), listen, candidates));
        if (!workers.resume(request.group(), request.launch(), place, candidates)) {
            log.warn(
                    "the socket of '{}' for its workers is not to be had: only its successor gets a new one",
                    request.config().name());
        }
        candidates.forEach(os::close);
    }

    private void resumeListening(Spawner.Request request, ListenConfig listen, int pid) {
        List<Integer> candidates = listening.misses(owner(request), listen)
                ? inheritance.lost().of(pid, FIRST_FD, listen.binds().size())
                : new ArrayList<>();
        sayLost(request, listening.resume(owner(request), request.launch(), listen, candidates));
        candidates.forEach(os::close);
    }

    private static void sayLost(Spawner.Request request, Set<BindAddress> lost) {
        for (BindAddress address : lost) {
            log.warn(
                    "'{}' listens at {} with a socket that is not to be had: the next launch opens another one there",
                    request.config().name(),
                    address);
        }
    }

    /** What was handed over and is not taken yet. */
    Bag bag() {
        return inheritance.bag();
    }

    /** All that run on have been resumed. */
    void resumed(Set<String> groups) {
        workers.resumedAll();
        workers.releaseUnclaimed(groups);
        listening.releaseUnclaimed(groups);
        for (String prefix : List.of("notify:", "template:", "fifo:")) {
            inheritance.bag().takeAll(prefix).forEach((name, fd) -> {
                inheritance.store().drop(name, fd);
                os.close(fd);
            });
        }
        Set<Path> used = new HashSet<>(workers.files());
        notifyPaths.values().forEach(path -> used.add(Path.of(path)));
        places.removeAllBut(used);
    }

    /** All open sockets by name, for the next daemon. What is said to the notify sockets from now on waits in them. */
    Map<String, Integer> handOver() {
        Map<String, Integer> all = new HashMap<>(listening.handOver());
        all.putAll(workers.handOver());
        notifications.handOver().forEach((launch, fd) -> all.put("notify:" + launch, fd));
        return all;
    }

    /** Nobody has taken over. */
    void goOn() {
        notifications.goOn();
    }

    /** The child of a launch has been reaped, or there was none. */
    void ended(String group, int launch) {
        listening.ended(launch);
        workers.ended(group, launch);
        String path = notifyPaths.remove(launch);
        if (path != null) {
            notifications.forget(launch);
            os.unlink(path);
        }
    }

    /** Somebody else takes over from the process of a launch. */
    void leaves(String group, int launch) {
        workers.leaves(group, launch);
    }

    /** The group is gone. */
    void release(String group) {
        listening.release(group);
        workers.release(group);
        notifications.release(group);
    }

    /** The daemon ends. */
    void releaseAll() {
        listening.releaseAll();
        workers.releaseAll();
        places.remove();
    }

    private void addListening(Spawner.Request request, ServerRole.Front front, Extras extras)
            throws SocketException, IOException {
        List<Integer> fds = new ArrayList<>(listening.open(owner(request), request.launch(), front.listen()));
        fds.add(workers.forFront(request.group(), request.launch(), workerPlace(request)));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < fds.size(); i++) {
            extras.descriptors().add(new FdAction(fds.get(i), FIRST_FD + i));
            names.add(i == fds.size() - 1 ? "workers" : "http");
        }
        extras.environment().put("LISTEN_FDS", Integer.toString(fds.size()));
        extras.environment().put("LISTEN_FDNAMES", String.join(":", names));
    }

    private void addSockets(Spawner.Request request, Extras extras) throws SocketException {
        ProcessConfig config = request.config();
        List<Integer> fds = listening.open(
                owner(request), request.launch(), config.additions().sockets().orElseThrow());
        // As ordinary programs expect it.
        fds.forEach(os::makeBlocking);
        for (int i = 0; i < fds.size(); i++) {
            extras.descriptors().add(new FdAction(fds.get(i), FIRST_FD + i));
        }
        extras.environment().put("LISTEN_FDS", Integer.toString(fds.size()));
        extras.environment().put("LISTEN_FDNAMES", String.join(":", Collections.nCopies(fds.size(), config.program())));
    }

    private static ListeningSockets.Owner owner(Spawner.Request request) {
        return new ListeningSockets.Owner(request.group(), request.config().program());
    }

    private WorkerSockets.Place workerPlace(Spawner.Request request) {
        return new WorkerSockets.Place(
                places, Fifos.encode(request.group()), request.config().user());
    }

    private void addNotify(Spawner.Request request, Extras extras) throws IOException {
        Path path = watch(request, OptionalInt.empty());
        extras.environment().put("NOTIFY_SOCKET", path.toString());
        Additions additions = request.config().additions();
        if (additions.watchdogSecs() > 0) {
            extras.environment().put("WATCHDOG_USEC", additions.watchdogSecs() + "000000");
        }
    }

    /** {@code inherited}: the socket, if it is open; else it is made, at the path that the launch has by its number. */
    private Path watch(Spawner.Request request, OptionalInt inherited) throws IOException {
        ProcessConfig config = request.config();
        String name = Fifos.encode(request.group()) + ":" + Fifos.encode(config.name());
        Path path = places.path(name, request.launch() + ".notify");
        int uid = config.user().map(UserId::uid).orElse(-1);
        int gid = config.user().map(UserId::gid).orElse(-1);
        int fd = inherited.isPresent() ? inherited.getAsInt() : os.receive(path.toString(), uid, gid);
        notifyPaths.put(request.launch(), path.toString());
        notifications.watch(new NotifyReader.Source(request.group(), config.name(), request.launch()), fd);
        return path;
    }
}
