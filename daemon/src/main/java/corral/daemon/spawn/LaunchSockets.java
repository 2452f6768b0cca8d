package corral.daemon.spawn;

import corral.daemon.config.Additions;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import corral.daemon.config.UserId;
import corral.daemon.notify.NotifyReader;
import corral.daemon.os.SocketException;
import corral.daemon.os.Sockets;
import corral.daemon.process.FdAction;
import corral.daemon.process.Spawner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a child gets beside its standard streams: sockets, and how it learns of them. Spawner thread. */
public final class LaunchSockets {
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
    private final ListeningSockets listening;
    private final WorkerSockets workers;
    private final Map<Integer, String> notifyPaths = new HashMap<>();

    /** Sockets of the children of one daemon. */
    public LaunchSockets(Sockets os, SocketPlaces places, NotifyReader notifications) {
        this.os = os;
        this.places = places;
        this.notifications = notifications;
        this.listening = new ListeningSockets(os);
        this.workers = new WorkerSockets(os);
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
        ProcessConfig config = request.config();
        String name = Fifos.encode(request.group()) + ":" + Fifos.encode(config.name());
        String path = places.path(name, request.launch() + ".notify").toString();
        int uid = config.user().map(UserId::uid).orElse(-1);
        int gid = config.user().map(UserId::gid).orElse(-1);
        int fd = os.receive(path, uid, gid);
        notifyPaths.put(request.launch(), path);
        notifications.watch(new NotifyReader.Source(request.group(), config.name(), request.launch()), fd);
        extras.environment().put("NOTIFY_SOCKET", path);
        Additions additions = config.additions();
        if (additions.watchdogSecs() > 0) {
            extras.environment().put("WATCHDOG_USEC", additions.watchdogSecs() + "000000");
        }
    }
}
