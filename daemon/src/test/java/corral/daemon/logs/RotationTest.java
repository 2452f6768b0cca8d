package corral.daemon.logs;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.fault.FaultPoints;
import corral.daemon.os.Descriptors;
import corral.daemon.os.Native;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import corral.daemon.process.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon that dies between any two steps of a rotation, and the next one, which opens the log again: real FIFOs and files. */
class RotationTest {
    private static final int MAX_BYTES = 300;
    private static final int MANY = 500;
    private static final List<String> STEPS = List.of(
            "rotate.rest-written",
            "rotate.rest-named",
            "rotate.truncated",
            "rotate.shifted",
            "rotate.moved",
            "rotate.done");

    /** What kill -9 would do, without the JVM: nothing that comes afterwards happens. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final Descriptors os = new Descriptors(Native.load());
    private final NativeBuffer buffer = os.buffer(4096);

    @TempDir
    private Path dir;

    private int reader;
    private int writer;
    private int line;
    private int deaths;

    @BeforeEach
    void makeFifo() throws OsException {
        String fifo = dir.resolve("fifo").toString();
        os.makeFifo(fifo);
        reader = os.openFifoReader(fifo);
        writer = os.openFifoBoth(fifo);
    }

    @AfterEach
    void closeFifo() {
        os.close(reader);
        os.close(writer);
    }

    private StreamSpec spec(int backups) {
        return new StreamSpec(
                new StreamKey("g", "p", Channel.STDOUT),
                dir.resolve("fifo").toString(),
                dir.resolve("log").toString(),
                MAX_BYTES,
                backups,
                false,
                false,
                false,
                "");
    }

    /** The child says some more lines, the last one not to its end. */
    private void say(int lines, Random random) throws OsException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(line++)
                    .append(' ')
                    .append("x".repeat(random.nextInt(60)))
                    .append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        // In pieces that have nothing to do with lines.
        int cut = Math.min(bytes.length, 1 + random.nextInt(bytes.length));
        buffer.put(bytes, 0, bytes.length);
        os.write(writer, buffer, 0, cut);
        os.write(writer, buffer, cut, bytes.length);
    }

    /** A daemon moves what is there; killed at a point it leaves everything as it is, and the next one goes on. */
    private void run(int backups, FaultPoints faults) throws OsException {
        try {
            LogFile log = LogFile.open(os, spec(backups), os.buffer(8), faults).orElseThrow();
            log.beginBatch();
            while (log.takeFrom(reader) > 0) {
                log.beginBatch();
            }
            log.close();
        } catch (Killed e) {
            deaths++;
        }
    }

    private static FaultPoints at(String step, int time) {
        return FaultPoints.fromEnvironment(java.util.Map.of(FaultPoints.VARIABLE, step + "@" + time), () -> {
            throw new Killed();
        });
    }

    private List<Path> oldestFirst() throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i <= MANY; i++) {
            Path file = i == 0 ? dir.resolve("log") : dir.resolve("log." + i);
            if (Files.exists(file)) {
                files.add(file);
            }
        }
        Collections.reverse(files);
        return files;
    }

    /** The numbers of all lines, which are whole. */
    private List<Integer> numbers() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (Path file : oldestFirst()) {
            String text = Files.readString(file);
            assertThat(text.isEmpty() || text.endsWith("\n"))
                    .as("%s is whole", file)
                    .isTrue();
            for (String each : text.lines().toList()) {
                assertThat(each).matches("\\d+ x*");
                numbers.add(Integer.parseInt(each.substring(0, each.indexOf(' '))));
            }
        }
        return numbers;
    }

    private void assertNothingIsLeftBehind() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains("rotating"));
        }
    }

    static List<String> steps() {
        return STEPS;
    }

    @ParameterizedTest
    @MethodSource("steps")
    void eachLineIsThereOnceAndInOrderWhereverTheDaemonDies(String step) throws Exception {
        for (int time = 1; time <= 12; time++) {
            Random random = new Random(time);
            say(80, random);
            run(MANY, at(step, 1 + time % 4));
            // Perhaps that one dies while it finishes what the other has begun.
            run(MANY, at(step, 1));
            run(MANY, FaultPoints.NONE);
        }
        assertThat(deaths).isGreaterThanOrEqualTo(12);
        assertThat(numbers())
                .containsExactlyElementsOf(
                        Stream.iterate(0, i -> i + 1).limit(line).toList());
        assertNothingIsLeftBehind();
        assertThat(oldestFirst().size()).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void withFewBackupsTheNewestLinesAreThere(int backups) throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 120; round++) {
            say(10, random);
            run(backups, at(STEPS.get(round % STEPS.size()), 1 + random.nextInt(3)));
            run(backups, FaultPoints.NONE);
            List<Integer> numbers = numbers();
            int first = numbers.get(0);
            assertThat(numbers)
                    .containsExactlyElementsOf(Stream.iterate(first, i -> i + 1)
                            .limit(line - first)
                            .toList());
            // No backup is lost by a second shift.
            assertThat(round < 10 || oldestFirst().size() == backups + 1).isTrue();
        }
        assertThat(deaths).isGreaterThan(20);
        assertNothingIsLeftBehind();
    }

    @ParameterizedTest
    @MethodSource("steps")
    void withoutBackupsWhatIsThereIsWholeAndTheNewest(String step) throws Exception {
        Random random = new Random(3);
        for (int round = 0; round < 30; round++) {
            say(15, random);
            run(0, at(step, 1 + round % 2));
            run(0, FaultPoints.NONE);
            List<Integer> numbers = numbers();
            assertThat(numbers.isEmpty() || numbers.get(numbers.size() - 1) == line - 1)
                    .isTrue();
            assertThat(numbers)
                    .containsExactlyElementsOf(Stream.iterate(line - numbers.size(), i -> i + 1)
                            .limit(numbers.size())
                            .toList());
        }
        assertNothingIsLeftBehind();
    }

    @Test
    void aLogThatSomebodyHasBegunAnewKeepsWhatIsInIt() throws Exception {
        say(40, new Random(1));
        run(MANY, at("rotate.moved", 1));
        assertThat(dir.resolve("log")).doesNotExist();
        Files.writeString(dir.resolve("log"), "mine\n");
        run(MANY, FaultPoints.NONE);
        List<String> all = new ArrayList<>();
        for (Path file : oldestFirst()) {
            all.addAll(Files.readAllLines(file));
        }
        assertThat(all).contains("mine").hasSize(41);
        assertNothingIsLeftBehind();
    }

    @Test
    void whatWasHalfRotatedIsGoneWhenTheLogIsCleared() throws Exception {
        say(40, new Random(1));
        run(MANY, at("rotate.rest-named", 1));
        new Targets(os, FaultPoints.NONE).clear(dir.resolve("log").toString());
        assertThat(dir.resolve("log")).isEmptyFile();
        assertNothingIsLeftBehind();
    }

    @Test
    void aLogThatCannotBeRotatedGrowsOn() throws Exception {
        // What stands in the way works for root, too.
        Files.createDirectories(dir.resolve("log.rotating/occupied"));
        say(40, new Random(1));
        run(MANY, FaultPoints.NONE);
        assertThat(dir.resolve("log.1")).doesNotExist();
        assertThat(numbers()).hasSize(40);
        Files.delete(dir.resolve("log.rotating/occupied"));
        Files.delete(dir.resolve("log.rotating"));
        say(1, new Random(1));
        run(MANY, FaultPoints.NONE);
        assertThat(dir.resolve("log.1")).exists();
        assertThat(numbers()).hasSize(41);
    }

    @Test
    void aBackupThatCannotBeReplacedLeavesTheLogAsItIs() throws Exception {
        Files.createDirectories(dir.resolve("log.1/occupied"));
        say(40, new Random(1));
        run(1, FaultPoints.NONE);
        List<Integer> numbers = new ArrayList<>();
        for (String each : Files.readAllLines(dir.resolve("log"))) {
            numbers.add(Integer.parseInt(each.substring(0, each.indexOf(' '))));
        }
        assertThat(numbers).hasSize(40).isSorted();
        assertNothingIsLeftBehind();
    }
}
