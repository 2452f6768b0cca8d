package corral.daemon.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import jnr.ffi.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a new child between its clone and its exec, so that its limits are there before its program is. posix_spawn(3)
 * returns only after the exec; but the child opens a FIFO for reading on its way, which waits for a writer, and meanwhile
 * another thread finds it among the children of the spawning one (proc(5), /proc/PID/task/TID/children), does what is to be
 * done, and opens the other end.
 *
 * <p>The FIFO has lost its name at once. It is opened by way of /proc/self/fd, for which only its own permissions count: the
 * child may have another user already.
 */
final class ExecGate {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int O_PATH = 0x200000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_RDWR = 2 | O_CLOEXEC;
    private static final int O_WRONLY_NONBLOCK = 1 | 0x800 | O_CLOEXEC;
    private static final int BUFFER = 4096;
    private static final int GETTID = "amd64".equals(System.getProperty("os.arch")) ? 186 : 178;
    private static final int EAGAIN = 11;
    private static final long POLL_NS = 50_000;
    /** The child opens the FIFO within microseconds; whatever is wrong after this, nobody may wait for ever. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);

    private final Native os;
    private final int fd;
    /** For the spawning thread before it spawns, then for the one that waits for the child. */
    private final Pointer buffer;

    private ExecGate(Native os, int fd) {
        this.os = os;
        this.fd = fd;
        this.buffer = os.allocate(BUFFER);
    }

    /** A gate whose FIFO is made in a directory, and is gone from there when this returns. */
    static ExecGate make(Native os, Path directory) throws OsException {
        if (!Files.exists(Path.of("/proc/thread-self/children"))) {
            throw new OsException("open", "/proc/thread-self/children", 2);
        }
        String path = directory.resolve("gate." + os.pid()).toString();
        os.check(os.unix().mkfifo(path, 0600), "mkfifo", path);
        try {
            // The umask must not count.
            os.check(os.libc().chmod(path, 0666), "chmod", path);
            return new ExecGate(os, os.open(path, O_PATH, 0));
        } finally {
            os.libc().unlink(path);
        }
    }

    /** What the child opens for reading. */
    String path() {
        return "/proc/self/fd/" + fd;
    }

    /**
     * Somebody is about to spawn, on this thread or on one that has dropped its credentials: what is done to the child is done with those of
     * this thread.
     *
     * @param enter called once, on another thread, with the pid of the child while that waits
     */
    Passage begin(IntConsumer enter) throws OsException {
        Passage passage = new Passage(enter);
        try {
            passage.start();
        } catch (OutOfMemoryError e) {
            throw new OsException("exec", "a thread", EAGAIN);
        }
        return passage;
    }

    /** One child on its way. */
    final class Passage {
        private final IntConsumer enter;
        private List<String> before = List.of();
        /** Written last by the spawning thread; null until then. */
        private volatile Path children;

        private final Thread thread = new Thread(null, this::run, "gate");
        private volatile boolean returned;
        /** Written by the thread, read after it has ended. */
        private boolean entered;

        Passage(IntConsumer enter) {
            this.enter = enter;
        }

        /** The calling thread is the one that spawns, next. */
        void fromHere() {
            Path own = Path.of("/proc/self/task/" + os.libc().syscall(GETTID, 0, 0, 0) + "/children");
            before = pids(own);
            children = own;
        }

        private void start() {
            thread.setDaemon(true);
            thread.start();
        }

        /** posix_spawn has returned; whether the child was met on its way. */
        boolean end() {
            returned = true;
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return entered;
        }

        private void run() {
            int held = -1;
            long giveUpNs = System.nanoTime() + PATIENCE_NS;
            while (!returned) {
                if (!entered && children != null) {
                    meet();
                }
                boolean late = System.nanoTime() - giveUpNs > 0;
                if (late && held < 0) {
                    log.error("a child was not met on its way to exec: it goes without its limits");
                    held = os.libc().open(path(), O_RDWR, 0);
                } else if (entered && held < 0) {
                    open();
                }
                LockSupport.parkNanos(POLL_NS);
            }
            if (held >= 0) {
                os.libc().close(held);
            }
        }

        private void meet() {
            for (String pid : pids(children)) {
                if (!before.contains(pid)) {
                    entered = true;
                    try {
                        enter.accept(Integer.parseInt(pid));
                    } catch (RuntimeException e) {
                        log.error("limits of {}", pid, e);
                    }
                    return;
                }
            }
        }

        /** Fails as long as the child has not come to the FIFO. */
        private void open() {
            int writer = os.libc().open(path(), O_WRONLY_NONBLOCK, 0);
            if (writer >= 0) {
                os.libc().close(writer);
            }
        }

        /** Not as the JDK does it, whose descriptors are not marked close-on-exec: the child that is awaited could inherit it. */
        private String read(Path file) throws OsException {
            int children = os.open(file.toString(), 0, 0);
            try {
                StringBuilder text = new StringBuilder();
                long length = os.libc().read(children, buffer, BUFFER);
                while (length > 0) {
                    byte[] bytes = new byte[(int) length];
                    buffer.get(0, bytes, 0, bytes.length);
                    text.append(new String(bytes, StandardCharsets.US_ASCII));
                    length = os.libc().read(children, buffer, BUFFER);
                }
                return text.toString();
            } finally {
                os.libc().close(children);
            }
        }

        private List<String> pids(Path of) {
            try {
                String text = read(of).strip();
                return text.isEmpty() ? List.of() : new ArrayList<>(Arrays.asList(text.split(" ", -1)));
            } catch (IOException e) {
                return List.of();
            }
        }
    }
}
