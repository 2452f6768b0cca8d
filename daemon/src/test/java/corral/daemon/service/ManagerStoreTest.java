package corral.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.os.Descriptors;
import corral.daemon.os.Native;
import corral.daemon.os.OsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real FIFOs; what would be sent is looked at. */
class ManagerStoreTest {
    @TempDir
    private Path dir;

    private final Descriptors os = new Descriptors(Native.load());
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final ManagerStore store = new ManagerStore(os, this::onSent, 2);
    private String name;
    private int fd;

    private void onSent(String message, int descriptor) {
        sent.add(message.replace("\n", " ") + (descriptor < 0 ? "" : " and a descriptor"));
    }

    private String nextSent() throws InterruptedException {
        return sent.poll(20, TimeUnit.SECONDS);
    }

    @BeforeEach
    void openFifo() throws OsException {
        String path = dir.resolve("web:a%20b.stdout").toString();
        os.makeFifo(path);
        fd = os.openFifoReader(path);
        name = "fifo:" + path;
    }

    @Test
    void isToldWhatToKeepOnceAndWhatNoLonger() throws InterruptedException {
        store.start();
        store.keep(name, fd);
        store.keep(name, fd);
        store.drop(name, fd);
        store.drop(name, fd);
        store.keep("notify:7", fd);
        assertThat(nextSent()).isEqualTo("FDSTORE=1 FDPOLL=0 FDNAME=corral/fifo/web/a%20b.stdout and a descriptor");
        assertThat(nextSent()).isEqualTo("FDSTOREREMOVE=1 FDNAME=corral/fifo/web/a%20b.stdout");
        assertThat(nextSent()).isEqualTo("FDSTORE=1 FDPOLL=0 FDNAME=corral/notify/7 and a descriptor");
    }

    @Test
    void whatWasPassedHasItsNameAgainAndIsKnownToBeKept() throws InterruptedException {
        Map<String, Integer> inherited = store.inherit(Map.of("corral/fifo/web/a%20b.stdout", fd, "something", 0), dir);
        assertThat(inherited).isEqualTo(Map.of(name, fd));
        store.start();
        store.keep(name, fd);
        store.drop(name, fd);
        assertThat(nextSent()).isEqualTo("FDSTOREREMOVE=1 FDNAME=corral/fifo/web/a%20b.stdout");
    }

    @Test
    void aFifoThatWasMadeAnewIsAnotherOne() throws OsException, IOException, InterruptedException {
        Path path = Path.of(name.substring("fifo:".length()));
        // The old one is open, so that the new one cannot have its number.
        Files.delete(path);
        os.makeFifo(path.toString());
        assertThat(store.inherit(Map.of("corral/fifo/web/a%20b.stdout", fd), dir))
                .isEmpty();
        store.start();
        assertThat(nextSent()).isEqualTo("FDSTOREREMOVE=1 FDNAME=corral/fifo/web/a%20b.stdout");
    }

    @Test
    void whatIsDroppedTooLateDoesNotTakeItsSuccessorAlong() throws OsException, InterruptedException {
        String other = dir.resolve("other").toString();
        os.makeFifo(other);
        int successor = os.openFifoReader(other);
        store.start();
        store.keep("notify:1", fd);
        store.keep("notify:1", successor);
        assertThat(nextSent()).isEqualTo("FDSTORE=1 FDPOLL=0 FDNAME=corral/notify/1 and a descriptor");
        assertThat(nextSent()).isEqualTo("FDSTOREREMOVE=1 FDNAME=corral/notify/1");
        assertThat(nextSent()).isEqualTo("FDSTORE=1 FDPOLL=0 FDNAME=corral/notify/1 and a descriptor");
        store.drop("notify:1", fd);
        store.keep("notify:2", fd);
        assertThat(nextSent()).isEqualTo("FDSTORE=1 FDPOLL=0 FDNAME=corral/notify/2 and a descriptor");
    }

    @Test
    void takesNoMoreThanThereIsRoomFor() throws InterruptedException {
        store.start();
        for (int i = 1; i <= 2; i++) {
            store.keep("notify:" + i, fd);
            assertThat(nextSent()).isEqualTo("FDSTORE=1 FDPOLL=0 FDNAME=corral/notify/" + i + " and a descriptor");
        }
        store.keep("notify:3", fd);
        store.drop("notify:1", fd);
        assertThat(nextSent()).isEqualTo("FDSTOREREMOVE=1 FDNAME=corral/notify/1");
    }

    @Test
    void aNameThatIsTooLongIsNotKept() {
        assertThat(StoredName.of("fifo:/run/" + "x".repeat(243))).isPresent();
        assertThat(StoredName.of("fifo:/run/" + "x".repeat(244))).isEmpty();
    }
}
