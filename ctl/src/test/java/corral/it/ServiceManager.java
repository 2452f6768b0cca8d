package corral.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Hears what a daemon says by sd_notify(3), as systemd would. */
final class ServiceManager implements AutoCloseable {
    private final String address;
    private final Path dir;
    private final Path heard;
    private final Process process;

    /** One that has bound its socket: a path, or {@code @} and an abstract name. */
    ServiceManager(Lab lab, Path dir, String address) {
        this(lab, dir, address, 0);
    }

    /** Likewise, and it keeps as many descriptors; {@link #starts} passes them on. */
    ServiceManager(Lab lab, Path dir, String address, int room) {
        this.address = address;
        this.dir = dir;
        heard = dir.resolve("heard.txt");
        try {
            Path script = script("manager.py");
            process = lab.start(
                    dir,
                    List.of(
                            Distribution.python().toString(),
                            script.toString(),
                            address,
                            heard.toString(),
                            Integer.toString(room)),
                    dir.resolve("manager.out"),
                    dir.resolve("manager.err"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("the manager").atMost(RunningDaemon.PATIENCE).until(() -> !lines().isEmpty());
    }

    /** Has the daemon started as a service with a store is. */
    DaemonBuilder starts(DaemonBuilder builder) {
        try {
            return builder.env("NOTIFY_SOCKET", address)
                    .prefix(
                            Distribution.python().toString(),
                            script("with_store.py").toString(),
                            address + ".store");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path script(String name) throws IOException {
        Path script = dir.resolve(name);
        try (InputStream in = ServiceManager.class.getResourceAsStream("/it/" + name)) {
            Files.write(script, in.readAllBytes());
        }
        return script;
    }

    String address() {
        return address;
    }

    /** What was heard so far: pid and message, lines of a message divided by {@code " | "}. */
    List<String> heard() {
        List<String> lines = lines();
        return lines.subList(Math.min(1, lines.size()), lines.size());
    }

    private List<String> lines() {
        try {
            return Files.exists(heard)
                    ? Files.readString(heard, StandardCharsets.UTF_8).lines().toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
