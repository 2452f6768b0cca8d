package corral.daemon.logs;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.os.Descriptors;
import corral.daemon.os.Epoll;
import corral.daemon.os.Native;
import corral.daemon.os.NativeBuffer;
import corral.daemon.process.Channel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real FIFOs and files: what goes in at one end is in the logs at the other, each line whole. */
class OutputReaderTest {
    private final Native os = Native.load();
    private final Descriptors descriptors = new Descriptors(os);
    private final List<String> syslog = Collections.synchronizedList(new ArrayList<>());
    private final StreamKey key = new StreamKey("g", "p", Channel.STDOUT);

    @TempDir
    private Path dir;

    private OutputReader reader;

    @BeforeEach
    void start() throws Exception {
        reader = new OutputReader(descriptors, new Epoll(os), syslog::add);
        reader.start();
    }

    @AfterEach
    void stop() {
        reader.stop();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rotationLosesAndTearsNoLine(boolean throughMemory) throws Exception {
        int writer = open(spec(10_000, 200, throughMemory, false));
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            all.append("line ").append(i).append('\n');
        }
        write(writer, all.toString());
        finish(writer);
        StringBuilder logged = new StringBuilder();
        for (Path file : oldestFirst(200)) {
            String text = Files.readString(file);
            assertThat(text.isEmpty() || text.endsWith("\n"))
                    .as("%s ends with a whole line", file)
                    .isTrue();
            logged.append(text);
        }
        assertThat(logged.toString()).isEqualTo(all.toString());
    }

    @Test
    void backupsBeyondTheirNumberAreGone() throws Exception {
        int writer = open(spec(1000, 2, false, false));
        for (int i = 0; i < 1000; i++) {
            write(writer, "line " + i + "\n");
        }
        finish(writer);
        assertThat(dir.resolve("log.2")).exists();
        assertThat(dir.resolve("log.3")).doesNotExist();
    }

    @Test
    void aPausedReaderHasMovedEverythingAndNamesItsFifosUntilItGoesOn() throws Exception {
        int writer = open(spec(0, 0, false, false));
        write(writer, "before\n");
        CountDownLatch until = new CountDownLatch(1);
        Map<String, Integer> paused = reader.pause(until).get(10, TimeUnit.SECONDS);
        assertThat(dir.resolve("log")).hasContent("before");
        assertThat(paused).containsOnlyKeys(spec(0, 0, false, false).fifo());
        write(writer, "meanwhile\n");
        int other = descriptors.duplicate(paused.values().iterator().next());
        NativeBuffer buffer = descriptors.buffer(64);
        assertThat(new String(buffer.bytes((int) descriptors.read(other, buffer)), StandardCharsets.UTF_8))
                .isEqualTo("meanwhile\n");
        descriptors.close(other);
        write(writer, "after\n");
        assertThat(dir.resolve("log")).hasContent("before");
        until.countDown();
        finish(writer);
        assertThat(dir.resolve("log")).hasContent("before\nafter");
    }

    @Test
    void noBackupsTruncatesInPlace() throws Exception {
        int writer = open(spec(1000, 0, false, false));
        write(writer, "x".repeat(99) + "\n");
        for (int i = 0; i < 100; i++) {
            write(writer, "y".repeat(99) + "\n");
        }
        finish(writer);
        assertThat(Files.size(dir.resolve("log"))).isLessThanOrEqualTo(1100);
        assertThat(dir.resolve("log.1")).doesNotExist();
    }

    @Test
    void lineLongerThanTheLimitIsCutOnlyFarBeyondIt() throws Exception {
        int writer = open(spec(1000, 50, false, false));
        write(writer, "z".repeat(600_000));
        finish(writer);
        long total = 0;
        for (Path file : oldestFirst(50)) {
            assertThat(Files.size(file)).isLessThanOrEqualTo(1000 + 128 * 1024 + 4096);
            total += Files.size(file);
        }
        assertThat(total).isEqualTo(600_000);
    }

    @Test
    void copytruncateLeavesNoHole() throws Exception {
        int writer = open(spec(0, 0, false, false));
        write(writer, "before\n");
        drain();
        Files.write(dir.resolve("log"), new byte[0]);
        write(writer, "after\n");
        finish(writer);
        assertThat(dir.resolve("log")).hasContent("after\n");
    }

    @Test
    void reopenFollowsAFileThatWasMovedAway() throws Exception {
        int writer = open(spec(0, 0, false, false));
        write(writer, "old\n");
        drain();
        Files.move(dir.resolve("log"), dir.resolve("moved"));
        reader.reopen();
        drain();
        write(writer, "new\n");
        finish(writer);
        assertThat(dir.resolve("moved")).hasContent("old\n");
        assertThat(dir.resolve("log")).hasContent("new\n");
    }

    @Test
    void clearEmptiesAnOpenLogAndAClosedOne() throws Exception {
        int writer = open(spec(0, 0, false, false));
        write(writer, "one\n");
        drain();
        reader.clear(dir.resolve("log").toString()).get(10, TimeUnit.SECONDS);
        assertThat(dir.resolve("log")).isEmptyFile();
        write(writer, "two\n");
        finish(writer);
        assertThat(dir.resolve("log")).hasContent("two\n");
        reader.clear(dir.resolve("log").toString()).get(10, TimeUnit.SECONDS);
        assertThat(dir.resolve("log")).isEmptyFile();
    }

    @Test
    void escapeSequencesAreTakenOutAlsoWhenTheyAreCut() throws Exception {
        int writer = open(spec(0, 0, false, true));
        write(writer, "a\u001b[3");
        drain();
        write(writer, "1mb\u001b[0mc\n");
        finish(writer);
        assertThat(dir.resolve("log")).hasContent("abc\n");
    }

    @Test
    void syslogGetsWholeLinesWithTheNameOfTheProcess() throws Exception {
        int writer = open(spec(0, 0, true, false));
        write(writer, "one\ntw");
        drain();
        write(writer, "o\nrest");
        finish(writer);
        assertThat(syslog).containsExactly("p one", "p two", "p rest");
    }

    @Test
    void slowReaderOfASpecialFileGetsEveryLine() throws Exception {
        Path console = dir.resolve("console");
        descriptors.makeFifo(console.toString());
        int slow = descriptors.openFifoReader(console.toString());
        Files.createSymbolicLink(dir.resolve("log"), console);
        int writer = open(spec(0, 0, false, false));
        StringBuilder all = new StringBuilder();
        for (int i = 0; all.length() < 3 << 20; i++) {
            all.append("line ").append(i).append('\n');
        }
        Thread child = new Thread(() -> {
            try {
                write(writer, all.toString());
                descriptors.close(writer);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        child.start();
        String read = readUntilEnd(slow);
        child.join(10_000);
        descriptors.close(slow);
        assertThat(read).isEqualTo(all.toString());
    }

    @Test
    void linesOfTwoStreamsToASlowReaderStayWholeAndSayWhoseTheyAre() throws Exception {
        Path console = dir.resolve("console");
        descriptors.makeFifo(console.toString());
        int slow = descriptors.openFifoReader(console.toString());
        Files.createSymbolicLink(dir.resolve("log"), console);
        int a = open(named("a"));
        int b = open(named("b"));
        // Longer than what a pipe takes at once.
        String line = "x".repeat(9000);
        List<Thread> children = new ArrayList<>();
        for (int writer : new int[] {a, b}) {
            Thread child = new Thread(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        write(writer, i + line + "\n");
                    }
                    write(writer, "unfinished");
                    descriptors.close(writer);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            child.start();
            children.add(child);
        }
        List<String> read = readUntilEnd(slow).lines().toList();
        for (Thread child : children) {
            child.join(10_000);
        }
        descriptors.close(slow);
        for (String name : new String[] {"a", "b"}) {
            List<String> wanted = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                wanted.add(name + " | " + i + line);
            }
            wanted.add(name + " | unfinished");
            assertThat(read.stream().filter(l -> l.startsWith(name + " |")).toList())
                    .isEqualTo(wanted);
        }
        assertThat(read).hasSize(202);
    }

    private StreamSpec named(String process) {
        return new StreamSpec(
                new StreamKey("g", process, Channel.STDOUT),
                dir.resolve("fifo-" + process).toString(),
                dir.resolve("log").toString(),
                0,
                0,
                false,
                false,
                false,
                process + " |");
    }

    /** Reads until the last writer has gone. */
    private String readUntilEnd(int fd) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        NativeBuffer buffer = descriptors.buffer(8192);
        long count = Descriptors.WOULD_BLOCK;
        while (count != 0) {
            count = descriptors.read(fd, buffer);
            if (count > 0) {
                all.writeBytes(buffer.bytes((int) count));
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private StreamSpec spec(long maxBytes, int backups, boolean withSyslog, boolean stripAnsi) {
        return new StreamSpec(
                key,
                dir.resolve("fifo").toString(),
                dir.resolve("log").toString(),
                maxBytes,
                backups,
                stripAnsi,
                withSyslog,
                false);
    }

    private int open(StreamSpec spec) throws Exception {
        descriptors.makeFifo(spec.fifo());
        reader.open(List.of(spec)).get(10, TimeUnit.SECONDS);
        return descriptors.openFifoBoth(spec.fifo());
    }

    private void write(int fd, String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        NativeBuffer buffer = descriptors.buffer(bytes.length);
        buffer.put(bytes, 0, bytes.length);
        int done = 0;
        while (done < bytes.length) {
            done += (int) descriptors.write(fd, buffer, done, bytes.length);
        }
    }

    private void drain() throws Exception {
        reader.drain(List.of(key)).get(10, TimeUnit.SECONDS);
    }

    private void finish(int writer) throws Exception {
        descriptors.close(writer);
        drain();
    }

    private List<Path> oldestFirst(int backups) {
        List<Path> files = new ArrayList<>();
        for (int i = backups; i >= 1; i--) {
            Path file = dir.resolve("log." + i);
            if (Files.exists(file)) {
                files.add(file);
            }
        }
        files.add(dir.resolve("log"));
        return files;
    }
}
