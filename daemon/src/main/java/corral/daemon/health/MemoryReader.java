package corral.daemon.health;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** The thread that looks how much memory processes have: proc(5), statm. The kernel may let it wait, so it is nobody else's. */
public final class MemoryReader {
    private final Path proc;
    private final long pageBytes;
    private final LinkedBlockingQueue<Runnable> requests = new LinkedBlockingQueue<>();
    private boolean started;

    /**
     * A reader whose thread starts with the first look.
     *
     * @param pageBytes size of a page of memory
     */
    public MemoryReader(long pageBytes) {
        this(Path.of("/proc"), pageBytes);
    }

    /** The same for another place of the file system. */
    MemoryReader(Path proc, long pageBytes) {
        this.proc = proc;
        this.pageBytes = pageBytes;
    }

    /**
     * Looks. Any thread.
     *
     * @param answer hears once, on this thread: resident bytes by pid, of those that exist
     */
    public void read(List<Integer> pids, Consumer<Map<Integer, Long>> answer) {
        start();
        requests.add(() -> answer.accept(resident(pids)));
    }

    /** Resident bytes by pid, of those that exist. */
    Map<Integer, Long> resident(List<Integer> pids) {
        Map<Integer, Long> bytes = new HashMap<>();
        for (int pid : pids) {
            try {
                String text = Files.readString(
                        proc.resolve(Integer.toString(pid)).resolve("statm"), StandardCharsets.US_ASCII);
                int first = text.indexOf(' ');
                int second = text.indexOf(' ', first + 1);
                bytes.put(pid, Long.parseLong(text.substring(first + 1, second)) * pageBytes);
            } catch (IOException | RuntimeException e) {
                // It has just gone.
            }
        }
        return bytes;
    }

    private synchronized void start() {
        if (!started) {
            Thread thread = new Thread(null, this::run, "memory");
            thread.setDaemon(true);
            thread.start();
            // Not before: where no thread is to be had, the next look tries again.
            started = true;
        }
    }

    private void run() {
        while (true) {
            try {
                requests.take().run();
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
