package corral.daemon.logs;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.fault.FaultPoints;
import corral.daemon.os.Descriptors;
import corral.daemon.os.Epoll;
import corral.daemon.os.Native;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import corral.daemon.process.Channel;
import corral.daemon.service.DescriptorStore;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Output that passes through memory, and a real daemon's half that is killed while it has it there. */
class TeeTest {
    private static final int LINES = 4000;

    private final Native os = Native.load();
    private final Descriptors files = new Descriptors(os);

    @TempDir
    private Path dir;

    private int writer;

    @BeforeEach
    void makeFifo() throws OsException {
        files.makeFifo(fifo(dir));
        writer = files.openFifoBoth(fifo(dir));
    }

    @AfterEach
    void closeFifo() {
        files.close(writer);
    }

    private static String fifo(Path dir) {
        return dir.resolve("fifo").toString();
    }

    private static StreamSpec spec(Path dir) {
        return new StreamSpec(
                new StreamKey("g", "p", Channel.STDOUT),
                fifo(dir),
                dir.resolve("log").toString(),
                0,
                0,
                true,
                false,
                false,
                "");
    }

    /** Reads until it is killed, or told that all should be there. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] arguments) throws Exception {
            Native os = Native.load();
            Path dir = Path.of(arguments[0]);
            OutputReader reader = new OutputReader(
                    new Descriptors(os),
                    new Epoll(os),
                    line -> {},
                    FaultPoints.fromEnvironment(System.getenv(), os::killSelf),
                    DescriptorStore.NONE);
            reader.start();
            reader.open(List.of(spec(dir))).get();
            reader.drain(List.of(spec(dir).key())).get();
        }
    }

    private int read(String fault) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin/java",
                        "-XX:+UseSerialGC",
                        "-Djnr.ffi.asm.enabled=false",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reader.class.getName(),
                        dir.toString())
                .inheritIO();
        builder.environment().put(FaultPoints.VARIABLE, fault);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private void write() throws OsException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            text.append("\u001b[mline ").append(i).append(" ".repeat(80)).append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        NativeBuffer buffer = files.buffer(bytes.length);
        buffer.put(bytes, 0, bytes.length);
        // As a child has it: room for all of it.
        int reader = files.openFifoReader(fifo(dir));
        assertThat(files.write(writer, buffer, 0, bytes.length)).isEqualTo(bytes.length);
        files.close(reader);
    }

    private List<Integer> numbers() throws Exception {
        List<Integer> numbers = new ArrayList<>();
        for (String line : Files.readAllLines(dir.resolve("log"))) {
            if (line.matches("line \\d+ {80}")) {
                numbers.add(Integer.parseInt(line.substring(5).strip()));
            }
        }
        return numbers;
    }

    @ParameterizedTest
    @CsvSource({"copy.read@1, 0", "copy.read@2, 0", "copy.written@1, 1", "copy.written@2, 1"})
    void whoIsKilledWithBytesInMemoryLosesNone(String fault, int batchesTwice) throws Exception {
        write();
        assertThat(read(fault)).isEqualTo(128 + 9);
        assertThat(read("")).isZero();
        List<Integer> numbers = numbers();
        assertThat(numbers.stream().distinct().count()).isEqualTo(LINES);
        assertThat(numbers.size() - numbers.stream().distinct().count())
                .isLessThanOrEqualTo(batchesTwice * 128L * 1024 / 90);
        assertThat(batchesTwice > 0 || numbers.size() == LINES).isTrue();
    }

    @Test
    void nothingIsTwiceWhenNobodyIsKilled() throws Exception {
        write();
        assertThat(read("")).isZero();
        assertThat(numbers()).hasSize(LINES).isSorted();
    }
}
