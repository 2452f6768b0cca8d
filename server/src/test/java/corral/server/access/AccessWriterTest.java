package corral.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.proxy.Heads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AccessWriterTest {
    @TempDir
    Path folder;

    private static AccessEntry entry(int status) {
        return Entries.of(Heads.with(), "h", status, null);
    }

    private AccessLog open(Path path) throws Exception {
        LineFormat format = (out, entry) -> out.append(entry.status());
        return new AccessWriter(List.of(new LineFile(format, path.toString())), false).start();
    }

    private static void until(Path path, String text) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!Files.exists(path) || !Files.readString(path).equals(text)) {
            assertThat(System.nanoTime()).as("too late").isLessThan(end);
        }
    }

    @Test
    void linesAppearWithoutBeingAskedFor() throws Exception {
        Path path = folder.resolve("access.log");
        try (AccessLog log = open(path)) {
            log.log(entry(200));
            until(path, "200\n");
            log.log(entry(201));
            log.log(entry(202));
            until(path, "200\n201\n202\n");
        }
    }

    @Test
    void anExistingFileIsAppendedTo() throws Exception {
        Path path = folder.resolve("access.log");
        Files.writeString(path, "before\n");
        try (AccessLog log = open(path)) {
            log.log(entry(200));
        }

        assertThat(path).hasContent("before\n200\n");
    }

    @Test
    void afterARotationTheNewFileIsWritten() throws Exception {
        Path path = folder.resolve("access.log");
        try (AccessLog log = open(path)) {
            log.log(entry(200));
            until(path, "200\n");
            Files.move(path, folder.resolve("access.log.1"));
            log.log(entry(201));
            until(folder.resolve("access.log.1"), "200\n201\n");
            log.reopen();
            until(path, "");
            log.log(entry(202));
            until(path, "202\n");
        }
    }

    @Test
    void nothingIsLostFromManyThreadsAndAtTheEnd() throws Exception {
        Path path = folder.resolve("access.log");
        int threads = 4;
        int each = 10_000;
        try (AccessLog log = open(path)) {
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Thread thread = new Thread(() -> {
                    for (int k = 0; k < each; k++) {
                        log.log(entry(200));
                    }
                });
                thread.start();
                writers.add(thread);
            }
            for (Thread thread : writers) {
                thread.join();
            }
        }

        assertThat(Files.readAllLines(path)).hasSize(threads * each).containsOnly("200");
    }

    @Test
    void aStalledSinkFillsTheQueueAndThenTheCallerHelps() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        EntrySink slow = entry -> {
            entered.countDown();
            awaitUninterruptibly(release);
            handled.incrementAndGet();
        };
        AccessWriter log = new AccessWriter(List.of(slow), false).start();
        log.log(entry(200));
        entered.await();
        for (int i = 0; i < AccessWriter.LIMIT; i++) {
            log.log(entry(200));
        }
        Thread caller = new Thread(() -> log.log(entry(200)));
        caller.start();
        caller.join(50);
        assertThat(caller.isAlive()).isTrue();
        release.countDown();
        caller.join();
        log.close();

        assertThat(handled.get()).isEqualTo(AccessWriter.LIMIT + 2);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
