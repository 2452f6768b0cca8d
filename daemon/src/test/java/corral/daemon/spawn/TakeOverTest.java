package corral.daemon.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.config.BindAddress;
import corral.daemon.config.ListenConfig;
import corral.daemon.os.Native;
import corral.daemon.os.SocketException;
import corral.daemon.os.SocketIdentity;
import corral.daemon.os.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets of a daemon that is gone, and real children that have them still. */
class TakeOverTest {
    private static final ListeningSockets.Owner WEB = new ListeningSockets.Owner("web", "web:front");
    private static final String GROUP = "web";

    @TempDir
    private Path dir;

    private final Native os = Native.load();
    private final Sockets system = new Sockets(os);
    private final SocketIdentity identity = new SocketIdentity(os);
    private final SocketHolder children = new SocketHolder(os);
    private final List<SocketChannel> clients = new ArrayList<>();
    private final List<Runnable> ends = new ArrayList<>();
    private BindAddress.Tcp tcp;
    private BindAddress.Unix unix;
    private WorkerSockets.Place place;

    @BeforeEach
    void chooseAddresses() throws SocketException {
        BindAddress.Tcp any = new BindAddress.Tcp("127.0.0.1", 0, false);
        int fd = system.listen(any, config(any));
        tcp = new BindAddress.Tcp("127.0.0.1", system.port(fd), false);
        system.close(fd);
        unix = new BindAddress.Unix(dir.resolve("s").toString());
        SocketPlaces places = new SocketPlaces(dir, false);
        places.keepOld();
        place = new WorkerSockets.Place(places, GROUP, Optional.empty());
    }

    @AfterEach
    void endAll() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
        children.close();
        ends.forEach(Runnable::run);
    }

    private static ListenConfig config(BindAddress... binds) {
        return new ListenConfig(List.of(binds), 16, false, 0600, OptionalInt.empty(), OptionalInt.empty());
    }

    private ListeningSockets daemon(Inheritance inheritance) {
        ListeningSockets sockets = new ListeningSockets(system, inheritance);
        ends.add(sockets::releaseAll);
        return sockets;
    }

    private WorkerSockets workers(Inheritance inheritance) {
        WorkerSockets sockets = new WorkerSockets(system, inheritance);
        ends.add(sockets::releaseAll);
        return sockets;
    }

    private List<Integer> taken(int pid, int count) {
        return Inherited.nothing(os).lost().of(pid, 3, count);
    }

    /** A child of a daemon that was killed: the descriptors are open there and nowhere else. */
    private int orphan(List<Integer> descriptors) throws Exception {
        int pid = children.hold(descriptors);
        descriptors.forEach(system::close);
        return pid;
    }

    private static Path socket(String pid, int fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc", pid, "fd", Integer.toString(fd)));
    }

    private SocketChannel connect(BindAddress address) throws IOException {
        SocketChannel client;
        if (address instanceof BindAddress.Unix path) {
            client = SocketChannel.open(StandardProtocolFamily.UNIX);
            clients.add(client);
            client.connect(UnixDomainSocketAddress.of(path.path()));
        } else {
            client = SocketChannel.open();
            clients.add(client);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ((BindAddress.Tcp) address).port()));
        }
        client.configureBlocking(false);
        return client;
    }

    /** Whether it still waits to be accepted; else it was thrown out. */
    private static boolean waits(SocketChannel client) {
        try {
            return client.read(ByteBuffer.allocate(1)) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void socketsAreTakenBackFromTheChildThatHasThem() throws Exception {
        ListeningSockets first = new ListeningSockets(system, Inherited.nothing(os));
        int pid = orphan(first.open(WEB, 1, config(tcp, unix)));
        SocketChannel early = connect(tcp);
        ListeningSockets next = daemon(Inherited.nothing(os));
        List<Integer> candidates = taken(pid, 2);
        assertThat(next.resume(WEB, 1, config(tcp, unix), candidates)).isEmpty();
        assertThat(candidates).isEmpty();
        List<Integer> fds = next.open(WEB, 2, config(tcp, unix));
        assertThat(socket("self", fds.get(0))).isEqualTo(socket(Integer.toString(pid), 3));
        assertThat(socket("self", fds.get(1))).isEqualTo(socket(Integer.toString(pid), 4));
        children.kill(pid);
        next.ended(1);
        assertThat(waits(early)).as("who waited is not thrown out").isTrue();
        assertThat(waits(connect(unix))).isTrue();
    }

    @Test
    void whatAChildHasIsKnownByItsAddressNotByItsNumber() throws Exception {
        BindAddress.Tcp chosen = new BindAddress.Tcp("127.0.0.1", 0, false);
        ListeningSockets first = new ListeningSockets(system, Inherited.nothing(os));
        List<Integer> fds = first.open(WEB, 1, config(tcp, unix, chosen));
        int pid = orphan(fds);
        ListeningSockets next = daemon(Inherited.nothing(os));
        List<Integer> candidates = taken(pid, 9);
        assertThat(next.resume(WEB, 1, config(chosen, unix, tcp), candidates)).isEmpty();
        List<Integer> again = next.open(WEB, 2, config(chosen, unix, tcp));
        assertThat(system.port(again.get(2))).isEqualTo(tcp.port());
        assertThat(system.port(again.get(0))).isNotEqualTo(tcp.port());
        assertThat(identity.path(again.get(1))).contains(unix.path());
    }

    @Test
    void otherDescriptorsOfAChildAreNotTaken() throws Exception {
        BindAddress.Unix other = new BindAddress.Unix(dir.resolve("other").toString());
        int fd = system.listen(other, config(other));
        int notListening = new Sockets(os).receive(dir.resolve("d").toString(), -1, -1);
        int pid = orphan(List.of(fd, notListening));
        List<Integer> candidates = taken(pid, 2);
        assertThat(daemon(Inherited.nothing(os)).resume(WEB, 1, config(unix, tcp), candidates))
                .containsExactlyInAnyOrder(unix, tcp);
        assertThat(candidates).hasSize(2);
        candidates.forEach(system::close);
    }

    @Test
    void whatIsNotToBeHadIsBoundBesideAndNoClientIsTurnedAway() throws Exception {
        ListeningSockets first = new ListeningSockets(system, Inherited.nothing(os));
        int pid = orphan(first.open(WEB, 1, config(tcp, unix)));
        Inheritance refused = Inherited.refused(os);
        List<Integer> candidates = refused.lost().of(pid, 3, 2);
        assertThat(candidates).isEmpty();
        ListeningSockets next = daemon(refused);
        assertThat(next.resume(WEB, 1, config(tcp, unix), candidates)).containsExactlyInAnyOrder(tcp, unix);
        List<Integer> fds = next.open(WEB, 2, config(tcp, unix));
        assertThat(fds).allMatch(identity::listens);
        children.kill(pid);
        assertThat(waits(connect(tcp))).isTrue();
        assertThat(waits(connect(unix))).isTrue();
    }

    @Test
    void aPortThatSomebodyElseHasIsStillRefused() throws Exception {
        int fd = system.listen(tcp, config(tcp));
        ends.add(() -> system.close(fd));
        assertThatThrownBy(() -> system.listen(tcp, config(tcp)))
                .isInstanceOf(SocketException.class)
                .hasMessageStartingWith("Connection in use: ");
        assertThatThrownBy(() -> daemon(Inherited.nothing(os)).open(WEB, 1, config(tcp)))
                .isInstanceOf(SocketException.class);
        int beside = system.listenBeside(tcp, config(tcp));
        ends.add(() -> system.close(beside));
        assertThat(system.port(beside)).isEqualTo(tcp.port());
    }

    @Test
    void aStrangerWhoDoesNotShareCannotBeBoundBeside() throws Exception {
        try (java.net.ServerSocket stranger = new java.net.ServerSocket()) {
            stranger.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.port()));
            assertThatThrownBy(() -> system.listenBeside(tcp, config(tcp))).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void whatIsHandedOverIsUsedAtOnceOrLaterAndOnlyForItsOwner() throws Exception {
        ListeningSockets first = new ListeningSockets(system, Inherited.nothing(os));
        List<Integer> fds = first.open(WEB, 1, config(tcp, unix));
        Map<String, Integer> names = first.handOver();
        assertThat(names.values()).containsExactlyInAnyOrderElementsOf(fds);
        ListeningSockets next = daemon(Inherited.bag(os, names));
        assertThat(next.misses(new ListeningSockets.Owner("web", "other"), config(tcp)))
                .isTrue();
        assertThat(next.misses(WEB, config(tcp))).isFalse();
        next.releaseUnclaimed(Set.of(GROUP));
        assertThat(next.open(WEB, 2, config(tcp, unix))).isEqualTo(fds);
    }

    @Test
    void whatWasHandedOverForAGroupThatIsGoneIsClosed() throws Exception {
        ListeningSockets first = new ListeningSockets(system, Inherited.nothing(os));
        first.open(WEB, 1, config(tcp, unix));
        ListeningSockets next = daemon(Inherited.bag(os, first.handOver()));
        next.releaseUnclaimed(Set.of("else"));
        assertThat(dir.resolve("s")).doesNotExist();
        assertThatThrownBy(() -> connect(tcp)).isInstanceOf(IOException.class);
    }

    @Test
    void aDescriptorThatListensElsewhereIsNotTrusted() throws Exception {
        BindAddress.Unix other = new BindAddress.Unix(dir.resolve("other").toString());
        ListeningSockets first = new ListeningSockets(system, Inherited.nothing(os));
        ListeningSockets.Owner owner = WEB;
        first.open(owner, 1, config(unix));
        String name = first.handOver().keySet().iterator().next();
        first.releaseAll();
        int wrong = system.listen(other, config(other));
        ListeningSockets next = daemon(Inherited.bag(os, Map.of(name, wrong)));
        int fd = next.open(owner, 2, config(unix)).get(0);
        assertThat(identity.path(fd)).contains(unix.path());
    }

    @Test
    void theSocketForWorkersIsTakenBackAndItsNumberIsNotUsedAgain() throws Exception {
        WorkerSockets first = new WorkerSockets(system, Inherited.nothing(os));
        int pid = orphan(List.of(first.forFront(GROUP, 1, place)));
        BindAddress.Unix link = new BindAddress.Unix(place.link().toString());
        SocketChannel early = connect(link);
        WorkerSockets next = workers(Inherited.nothing(os));
        List<Integer> candidates = taken(pid, 1);
        assertThat(next.resume(GROUP, 1, place, candidates)).isTrue();
        next.resumedAll();
        children.kill(pid);
        assertThat(waits(early)).isTrue();
        next.ended(GROUP, 1);
        int fd = next.forFront(GROUP, 2, place);
        assertThat(socket("self", fd))
                .isEqualTo(socket("self", next.handOver().values().iterator().next()));
        assertThat(waits(early)).as("it is the successor's").isTrue();
        assertThat(waits(connect(link))).isTrue();
        next.forFront(GROUP, 3, place);
        assertThat(Files.readSymbolicLink(place.link())).hasToString("web.workers.2");
    }

    @Test
    void twoFrontsAreHandedOverAndTheNewestIsReached() throws Exception {
        WorkerSockets first = new WorkerSockets(system, Inherited.nothing(os));
        int old = first.forFront(GROUP, 1, place);
        int young = first.forFront(GROUP, 2, place);
        Map<String, Integer> names = first.handOver();
        WorkerSockets next = workers(Inherited.bag(os, names));
        List<Integer> none = new ArrayList<>();
        assertThat(next.resume(GROUP, 2, place, none)).isTrue();
        assertThat(next.resume(GROUP, 1, place, none)).isTrue();
        next.resumedAll();
        BindAddress.Unix link = new BindAddress.Unix(place.link().toString());
        SocketChannel client = connect(link);
        next.ended(GROUP, 1);
        assertThat(waits(client)).isTrue();
        assertThat(identity.listens(old)).isFalse();
        next.ended(GROUP, 2);
        assertThat(next.forFront(GROUP, 3, place)).isEqualTo(young);
    }

    @Test
    void theSocketOfAFrontThatHasEndedMeanwhileIsTheNextOnes() throws Exception {
        WorkerSockets first = new WorkerSockets(system, Inherited.nothing(os));
        int fd = first.forFront(GROUP, 1, place);
        WorkerSockets next = workers(Inherited.bag(os, first.handOver()));
        next.resumedAll();
        next.releaseUnclaimed(Set.of(GROUP));
        assertThat(next.forFront(GROUP, 2, place)).isEqualTo(fd);
    }

    @Test
    void workersWithoutAFrontWaitForTheNext() throws Exception {
        WorkerSockets first = new WorkerSockets(system, Inherited.nothing(os));
        system.close(first.forFront(GROUP, 1, place));
        WorkerSockets next = workers(Inherited.nothing(os));
        next.resumeWorker(GROUP, place);
        next.resumedAll();
        SocketChannel worker = connect(new BindAddress.Unix(place.link().toString()));
        next.forFront(GROUP, 2, place);
        assertThat(waits(worker)).isTrue();
    }

    @Test
    void aFrontWhoseSocketIsNotToBeHadKeepsItsWorkersUntilItEnds() throws Exception {
        WorkerSockets first = new WorkerSockets(system, Inherited.nothing(os));
        int pid = orphan(List.of(first.forFront(GROUP, 1, place)));
        WorkerSockets next = workers(Inherited.refused(os));
        assertThat(next.resume(GROUP, 1, place, new ArrayList<>())).isFalse();
        next.resumeWorker(GROUP, place);
        next.resumedAll();
        BindAddress.Unix link = new BindAddress.Unix(place.link().toString());
        SocketChannel early = connect(link);
        int fd = next.forFront(GROUP, 2, place);
        SocketChannel late = connect(link);
        assertThat(waits(early)).isTrue();
        children.kill(pid);
        next.ended(GROUP, 1);
        assertThat(waits(early)).isFalse();
        assertThat(waits(late)).isTrue();
        assertThat(identity.listens(fd)).isTrue();
        assertThat(next.files()).noneMatch(file -> file.endsWith("web.workers.1"));
    }

    @Test
    void onlyWhatIsInUseStays() throws Exception {
        WorkerSockets sockets = workers(Inherited.nothing(os));
        SocketPlaces places = new SocketPlaces(dir, false);
        sockets.forFront(GROUP, 1, place);
        Path stale = Files.createFile(dir.resolve("web:worker-0.17.notify"));
        Path old = Files.createFile(dir.resolve("else.workers.4"));
        Path fifo = Files.createFile(dir.resolve("web:worker-0.stdout"));
        places.removeAllBut(sockets.files());
        assertThat(stale).doesNotExist();
        assertThat(old).doesNotExist();
        assertThat(fifo).exists();
        assertThat(waits(connect(new BindAddress.Unix(place.link().toString()))))
                .isTrue();
    }
}
