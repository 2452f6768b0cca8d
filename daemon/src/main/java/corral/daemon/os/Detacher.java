package corral.daemon.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.byref.IntByReference;

/** Launches this same program again, in a session of its own. Main thread, before any other is started. */
public final class Detacher {
    private static final short SETSID = 0x80;
    private static final int STRUCT_BYTES = 512;
    private static final int O_RDWR = 2;
    private static final int F_SETFD = 2;

    private final Native os;

    /** A detacher. */
    public Detacher(Native os) {
        this.os = os;
    }

    /**
     * Launches the copy and reads what it reports.
     *
     * @param variable environment variable that tells the copy its descriptor
     * @return the report, empty when the copy ended without one
     */
    public String launchAndAwait(String variable) throws OsException {
        int[] pipe = new int[2];
        os.check(os.posix().pipe(pipe), "pipe", "");
        os.libc().fcntl(pipe[0], F_SETFD, 1);
        // Keeps its number in the copy: any other could be that of a socket that corrald was started with.
        os.libc().fcntl(pipe[1], F_SETFD, 0);
        launch(variable, pipe[1]);
        os.libc().close(pipe[1]);
        return readAll(pipe[0]);
    }

    /** Sends a report and closes the descriptor. */
    public void report(int fd, String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        Pointer memory = os.allocate(Math.max(1, bytes.length));
        memory.put(0, bytes, 0, bytes.length);
        os.libc().write(fd, memory, bytes.length);
        os.libc().close(fd);
    }

    /** The descriptor stays in this process. */
    public void keepFromChildren(int fd) {
        os.libc().fcntl(fd, F_SETFD, 1);
    }

    /** Points a standard descriptor to /dev/null. */
    public void redirectToNull(int fd) {
        int nowhere = os.libc().open("/dev/null", O_RDWR, 0);
        if (nowhere >= 0) {
            os.posix().dup2(nowhere, fd);
            os.libc().close(nowhere);
        }
    }

    /** The umask of this process. */
    public int umask() {
        int mask = os.libc().umask(0);
        os.libc().umask(mask);
        return mask;
    }

    /** chdir(2) and umask(2) of the whole process. */
    public void enter(String directory, int umask) throws OsException {
        if (!directory.isEmpty()) {
            os.check(os.libc().chdir(directory), "chdir", directory);
        }
        os.libc().umask(umask);
    }

    private void launch(String variable, int reportFd) throws OsException {
        Pointer attributes = os.allocate(STRUCT_BYTES);
        Pointer actions = os.allocate(STRUCT_BYTES);
        Pointer none = os.allocate(128);
        os.unix().posix_spawnattr_init(attributes);
        os.unix().posix_spawnattr_setsigmask(attributes, none);
        os.unix().posix_spawnattr_setflags(attributes, (short) (SETSID | 0x08));
        os.unix().posix_spawn_file_actions_init(actions);
        int nowhere = os.open("/dev/null", O_RDWR, 0);
        os.unix().posix_spawn_file_actions_adddup2(actions, nowhere, 0);
        os.unix().posix_spawn_file_actions_adddup2(actions, nowhere, 1);
        List<String> environment = new ArrayList<>(strings("/proc/self/environ"));
        environment.removeIf(entry -> entry.startsWith(variable + "="));
        environment.add(variable + "=" + reportFd);
        int error = os.unix()
                .posix_spawnp(
                        new IntByReference(),
                        self(),
                        actions,
                        attributes,
                        CStrings.array(strings("/proc/self/cmdline")),
                        CStrings.array(environment));
        if (error != 0) {
            throw new OsException("posix_spawn", self(), error);
        }
    }

    private static String self() throws OsException {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
        } catch (IOException e) {
            throw new OsException("readlink", "/proc/self/exe: " + e.getMessage());
        }
    }

    private static List<String> strings(String file) throws OsException {
        try {
            String all = new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8);
            return List.of((all.endsWith("\0") ? all.substring(0, all.length() - 1) : all).split("\0", -1));
        } catch (IOException e) {
            throw new OsException("read", file + ": " + e.getMessage());
        }
    }

    private String readAll(int fd) {
        Pointer memory = os.allocate(4096);
        StringBuilder text = new StringBuilder();
        while (true) {
            long count = os.libc().read(fd, memory, 4096);
            if (count <= 0) {
                os.libc().close(fd);
                return text.toString();
            }
            byte[] bytes = new byte[(int) count];
            memory.get(0, bytes, 0, bytes.length);
            text.append(new String(bytes, StandardCharsets.UTF_8));
        }
    }
}
