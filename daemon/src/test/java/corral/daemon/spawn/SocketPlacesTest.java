package corral.daemon.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where sockets are that children use by path. */
class SocketPlacesTest {
    private static final int SUN_PATH = 107;

    @Test
    void areInTheRuntimeDirectoryIfItDoes() throws IOException {
        Path runtime = Path.of("/tmp/r");
        SocketPlaces places = new SocketPlaces(runtime, false);
        assertThat(places.path("web:front", "notify")).isEqualTo(runtime.resolve("web:front.notify"));
        places.remove();
    }

    @Test
    void longNamesAreShortened() throws IOException {
        SocketPlaces places = new SocketPlaces(Path.of("/tmp/r"), false);
        Path one = places.path("w".repeat(200) + ":front", "notify");
        assertThat(one.toString().length()).isLessThanOrEqualTo(SUN_PATH);
        assertThat(places.path("w".repeat(200) + ":front", "notify")).isEqualTo(one);
        assertThat(places.path("w".repeat(200) + ":worker-0", "notify")).isNotEqualTo(one);
    }

    @Test
    void aLongDirectoryIsReplacedByAShortOneThatIsRemovedAtTheEnd(@TempDir Path temp) throws IOException {
        SocketPlaces places = new SocketPlaces(temp.resolve("d".repeat(120)), false);
        Path path = places.path("web:worker-0", "notify");
        Path directory = path.getParent();
        try {
            assertThat(path.toString().length()).isLessThanOrEqualTo(SUN_PATH);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx--x--x");
            Files.createFile(path);
        } finally {
            places.remove();
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void whatAKilledDaemonLeftIsTakenOver(@TempDir Path temp) throws IOException {
        Path runtime = temp.resolve("d".repeat(120));
        Path first = new SocketPlaces(runtime, false).path("a", "notify");
        Files.createFile(first);
        SocketPlaces next = new SocketPlaces(runtime, false);
        try {
            assertThat(next.path("a", "notify")).isEqualTo(first).doesNotExist();
        } finally {
            next.remove();
        }
    }
}
