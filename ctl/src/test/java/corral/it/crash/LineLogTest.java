package corral.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of damage to numbered lines is found, and nothing else. */
class LineLogTest {
    @TempDir
    private Path dir;

    private static String line(long pid, int number) {
        return String.format(Locale.ROOT, "%d %09d %09d%n", pid, number, number * 7919L % 1_000_000_000);
    }

    private static String lines(long pid, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(line(pid, i));
        }
        return text.toString();
    }

    /** The log and its rotated files, the newest first. */
    private LineLog read(String... texts) throws IOException {
        Path log = dir.resolve("w.log");
        for (int i = 0; i < texts.length; i++) {
            Files.writeString(i == 0 ? log : dir.resolve("w.log." + i), texts[i]);
        }
        return LineLog.read(log);
    }

    private static List<Long> damage(LineLog log) {
        return List.of(log.torn(), log.doubled(), log.disordered());
    }

    @Test
    void wholeLinesOverSeveralFilesAreAllFound() throws IOException {
        LineLog log = read(lines(77, 20, 30), lines(77, 11, 20), lines(77, 0, 11));
        assertThat(damage(log)).containsOnly(0L);
        assertThat(log.found(77, 30)).isEqualTo(30);
        assertThat(log.lines()).isEqualTo(30);
        assertThat(log.oddities()).isEmpty();
        assertThat(log.bytes()).isEqualTo(30L * LineLog.length(77));
    }

    @Test
    void severalProcessesInOneLogAreToldApart() throws IOException {
        LineLog log = read(lines(77, 0, 5) + lines(1234, 0, 3));
        assertThat(damage(log)).containsOnly(0L);
        assertThat(log.writers()).isEqualTo(2);
        assertThat(log.found(1234, 3)).isEqualTo(3);
        assertThat(log.found(5, 3)).isZero();
    }

    @Test
    void aMissingLineIsMissing() throws IOException {
        LineLog log = read(lines(77, 0, 5) + lines(77, 6, 9));
        assertThat(log.found(77, 9)).isEqualTo(8);
        assertThat(damage(log)).containsOnly(0L);
        assertThat(log.oddities())
                .singleElement()
                .asString()
                .contains("000000006")
                .contains("1 missing");
    }

    @Test
    void linesThatAreMissingAtTheEndShowByWhatWasWritten() throws IOException {
        assertThat(read(lines(77, 0, 5)).found(77, 8)).isEqualTo(5);
    }

    @Test
    void aLineThatIsThereAgainIsDoubled() throws IOException {
        assertThat(damage(read(lines(77, 0, 5) + line(77, 2) + lines(77, 5, 6))))
                .containsExactly(0L, 1L, 0L);
    }

    @Test
    void aLineAfterALaterOneIsOutOfOrder() throws IOException {
        LineLog log = read(lines(77, 0, 2) + line(77, 3) + line(77, 2) + line(77, 4));
        assertThat(damage(log)).containsExactly(0L, 0L, 1L);
        assertThat(log.found(77, 5)).isEqualTo(5);
    }

    @Test
    void aLineThatIsCutBetweenTwoFilesIsTorn() throws IOException {
        String whole = line(77, 1);
        LineLog log = read(whole.substring(9) + line(77, 2), line(77, 0) + whole.substring(0, 9));
        assertThat(log.torn()).isEqualTo(2);
        assertThat(log.found(77, 3)).isEqualTo(2);
    }

    @Test
    void twoHalvesThatBecomeOneLineAreTorn() throws IOException {
        String mixed = line(77, 1).substring(0, 13) + line(77, 2).substring(13);
        assertThat(read(mixed).torn()).isEqualTo(1);
    }

    @Test
    void aFileThatARotationHasLeftIsTold() throws IOException {
        Files.writeString(dir.resolve("w.log.rotating-7"), "x");
        assertThat(read(line(77, 0)).oddities()).containsExactly("a file w.log.rotating-7");
    }
}
