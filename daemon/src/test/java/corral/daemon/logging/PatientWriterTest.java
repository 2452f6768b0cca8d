package corral.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that cannot be written for a while: /dev/full is a disk that is. */
class PatientWriterTest {
    @TempDir
    private Path dir;

    private final List<String> complaints = new ArrayList<>();
    private long nowNs;

    private PatientWriter on(Path file, long maxBytes, int backups) throws IOException {
        return new PatientWriter(new RotatingWriter(file.toFile(), maxBytes, backups), () -> nowNs, complaints::add);
    }

    private PatientWriter onFullDisk(Path link) throws IOException {
        Files.createSymbolicLink(link, Path.of("/dev/full"));
        return on(link, 0, 0);
    }

    private void makeRoom(PatientWriter writer, Path link) throws IOException {
        Files.delete(link);
        writer.file().reopen();
        nowNs += TimeUnit.SECONDS.toNanos(3);
    }

    @Test
    void linesWaitUntilThereIsRoomAndTheirOrderStays() throws IOException {
        Path log = dir.resolve("log");
        PatientWriter writer = onFullDisk(log);
        writer.write("one\n");
        writer.write("two\n");
        assertThat(writer.isWaiting()).isTrue();
        makeRoom(writer, log);
        writer.write("three\n");
        assertThat(writer.isWaiting()).isFalse();
        assertThat(Files.readString(log))
                .startsWith("one\ntwo\nthree\n")
                .endsWith(" WARN the activity log could not be written for 3 s (No space left on device), nothing was"
                        + " lost\n");
        assertThat(complaints)
                .containsExactly("the activity log cannot be written: No space left on device; lines wait in memory");
    }

    @Test
    void whatDoesNotFitIntoMemoryEitherIsCounted() throws IOException {
        Path log = dir.resolve("log");
        PatientWriter writer = onFullDisk(log);
        String line = "x".repeat((1 << 20) - 1) + "\n";
        for (int i = 0; i < 5; i++) {
            writer.write(line);
        }
        makeRoom(writer, log);
        writer.retry();
        assertThat(Files.size(log)).isBetween(2L << 20, (2L << 20) + 200);
        assertThat(Files.readString(log)).endsWith(", 3 lines were lost\n");
    }

    @Test
    void itIsTriedAgainOnceASecondOnly() throws IOException {
        Path log = dir.resolve("log");
        PatientWriter writer = onFullDisk(log);
        writer.write("one\n");
        Files.delete(log);
        writer.file().reopen();
        nowNs += TimeUnit.MILLISECONDS.toNanos(999);
        writer.retry();
        assertThat(Files.size(log)).isZero();
        nowNs += TimeUnit.MILLISECONDS.toNanos(1);
        writer.retry();
        assertThat(Files.readString(log)).startsWith("one\n");
    }

    @Test
    void aRotationThatFailsLosesNothing() throws IOException {
        Path log = dir.resolve("log");
        // What no file can be renamed to.
        Files.createDirectories(dir.resolve("log.1/full"));
        PatientWriter writer = on(log, 5, 1);
        writer.write("one two\n");
        writer.write("three four\n");
        assertThat(Files.readString(log)).isEqualTo("one two\nthree four\n");
        assertThat(complaints).isEmpty();
    }

    @Test
    void aRotationBeginsANewFile() throws IOException {
        Path log = dir.resolve("log");
        PatientWriter writer = on(log, 5, 2);
        for (String line : List.of("first\n", "second\n", "third\n")) {
            writer.write(line);
        }
        assertThat(Files.readString(dir.resolve("log.1"))).isEqualTo("third\n");
        assertThat(Files.readString(dir.resolve("log.2"))).isEqualTo("second\n");
        assertThat(Files.readString(log)).isEmpty();
    }

    @Test
    void aDirectoryThatWasRemovedIsMadeAgain() throws IOException, InterruptedException {
        Path logs = Files.createDirectory(dir.resolve("logs"));
        PatientWriter writer = on(logs.resolve("log"), 0, 0);
        writer.write("one\n");
        Files.delete(logs.resolve("log"));
        Files.delete(logs);
        for (int i = 0; i < 500 && !Files.exists(logs); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
            writer.write("again\n");
        }
        assertThat(Files.readString(logs.resolve("log")))
                .startsWith("again\n")
                .contains("the directory of the activity log was gone, it has been made again");
    }
}
