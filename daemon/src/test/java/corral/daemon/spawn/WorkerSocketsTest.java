package corral.daemon.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.os.Native;
import corral.daemon.os.Sockets;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets: whom a worker reaches that connects now. */
class WorkerSocketsTest {
    private static final String WEB = "web";

    @TempDir
    private Path dir;

    private final Native os = Native.load();
    private final WorkerSockets sockets = new WorkerSockets(new Sockets(os), Inherited.nothing(os));
    private final List<SocketChannel> clients = new ArrayList<>();
    private WorkerSockets.Place place;

    @BeforeEach
    void choosePlace() {
        place = new WorkerSockets.Place(new SocketPlaces(dir, false), WEB, Optional.empty());
    }

    @AfterEach
    void closeAll() throws IOException {
        sockets.releaseAll();
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        clients.add(client);
        client.connect(UnixDomainSocketAddress.of(place.link()));
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

    private long files() throws IOException {
        try (var all = Files.list(dir)) {
            return all.count();
        }
    }

    @Test
    void eachFrontThatRunsHasOneOfItsOwnAndTheNewestIsReached() throws Exception {
        int old = sockets.forFront(WEB, 1, place);
        SocketChannel early = connect();
        int next = sockets.forFront(WEB, 2, place);
        SocketChannel late = connect();
        assertThat(next).isNotEqualTo(old);
        sockets.leaves(WEB, 1);
        assertThat(waits(early)).isFalse();
        assertThat(waits(late)).isTrue();
        sockets.ended(WEB, 1);
        assertThat(waits(connect())).isTrue();
    }

    @Test
    void whoConnectsWhileNoFrontRunsIsTheNextOnes() throws Exception {
        sockets.expect(WEB, place);
        SocketChannel first = connect();
        int fd = sockets.forFront(WEB, 1, place);
        sockets.ended(WEB, 1);
        SocketChannel second = connect();
        assertThat(sockets.forFront(WEB, 2, place)).isEqualTo(fd);
        assertThat(waits(first)).isTrue();
        assertThat(waits(second)).isTrue();
    }

    @Test
    void aSuccessorThatFailsGivesThePathBack() throws Exception {
        sockets.forFront(WEB, 1, place);
        sockets.forFront(WEB, 2, place);
        SocketChannel lost = connect();
        sockets.leaves(WEB, 2);
        sockets.ended(WEB, 2);
        assertThat(waits(lost)).isFalse();
        SocketChannel again = connect();
        sockets.ended(WEB, 1);
        assertThat(waits(again)).as("it is the first one's").isTrue();
    }

    @Test
    void aNewFrontThatCrashesWhileTheOldOneHandsOverIsNotFollowedByTheOldOne() throws Exception {
        sockets.forFront(WEB, 1, place);
        int fd = sockets.forFront(WEB, 2, place);
        sockets.leaves(WEB, 1);
        sockets.ended(WEB, 2);
        SocketChannel waiting = connect();
        sockets.ended(WEB, 1);
        assertThat(sockets.forFront(WEB, 3, place)).isEqualTo(fd);
        assertThat(waits(waiting)).isTrue();
    }

    @Test
    void noFileStays() throws Exception {
        sockets.forFront(WEB, 1, place);
        sockets.forFront(WEB, 2, place);
        assertThat(files()).isEqualTo(3);
        sockets.ended(WEB, 1);
        assertThat(files()).isEqualTo(2);
        sockets.release(WEB);
        assertThat(files()).isZero();
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }
}
