package corral.daemon.spawn;

import corral.daemon.config.ProcessConfig;
import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import corral.daemon.process.ExitStatus;
import corral.daemon.process.FdAction;
import corral.daemon.process.SpawnPlan;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Launches the commands of health checks as the process itself is launched: its user, environment, directory and umask. What they write goes
 * through a pipe that has no name any more.
 */
public final class ProbeSpawner {
    private static final int BUFFER = 4096;
    /** Of the first line this much is kept, in bytes. */
    private static final int MAX_LINE = 200;
    /** In one turn, so that nobody else has to wait for one who writes without end. */
    private static final int MAX_READS = 256;

    /** Hears how it went, on the spawner thread and the reaper's: onFailed, or onSpawned and onExited in any order. */
    public interface Listener {

        /** It runs. */
        void onSpawned(Child child);

        /** Nothing was launched. */
        void onFailed(String reason);

        /** It has ended. */
        void onExited(ExitStatus status);
    }

    /** Which command for which process. */
    public record Request(String group, ProcessConfig config, String command) {}

    private final ChildSpawner spawner;
    private final Descriptors os;
    private final Fifos fifos;
    private final ProbeExits exits;
    private final Map<String, String> environment;

    /**
     * A spawner that uses the thread of another one.
     *
     * @param environment of the daemon
     */
    public ProbeSpawner(
            ChildSpawner spawner, Descriptors os, Fifos fifos, ProbeExits exits, Map<String, String> environment) {
        this.spawner = spawner;
        this.os = os;
        this.fifos = fifos;
        this.exits = exits;
        this.environment = Map.copyOf(environment);
    }

    /** Launches a command. Any thread. */
    public void spawn(Request request, Listener listener) {
        spawner.execute(() -> {
            try {
                listener.onSpawned(launch(request, listener));
            } catch (LaunchException e) {
                listener.onFailed(e.getMessage());
            } catch (OsException e) {
                listener.onFailed(e.getMessage());
            }
        });
    }

    private Child launch(Request request, Listener listener) throws LaunchException, OsException {
        List<String> argv = CommandWords.split(request.command());
        String path = Executables.find(argv.get(0), request.config(), environment);
        String fifo = fifos.path(request.group(), request.config().name(), "health");
        os.makeFifo(fifo);
        int reader = os.openFifoReader(fifo);
        int writer = -1;
        int nothing = -1;
        try {
            writer = os.openFifoBoth(fifo);
            nothing = os.openFifoBoth("/dev/null");
            List<FdAction> descriptors =
                    List.of(new FdAction(nothing, 0), new FdAction(writer, 1), new FdAction(writer, 2));
            return new Child(launch(plan(request, path, argv, descriptors), listener), reader, os);
        } catch (OsException e) {
            os.close(reader);
            throw e;
        } finally {
            os.remove(fifo);
            os.close(writer);
            os.close(nothing);
        }
    }

    private SpawnPlan plan(Request request, String path, List<String> argv, List<FdAction> descriptors) {
        ProcessConfig config = request.config();
        return new SpawnPlan(
                path,
                argv,
                ChildEnvironment.of(environment, request.group(), config, Map.of()),
                config.directory(),
                config.umask(),
                config.user(),
                descriptors);
    }

    private int launch(SpawnPlan plan, Listener listener) throws OsException {
        exits.begin();
        int pid = 0;
        try {
            pid = spawner.launch(plan);
            return pid;
        } finally {
            exits.end(pid, listener::onExited);
        }
    }

    /** A command that was launched. One thread at a time. */
    public static final class Child {
        private final int pid;
        private final Descriptors os;
        private final NativeBuffer buffer;
        private final StringBuilder line = new StringBuilder();
        private int reader;
        private boolean lineEnded;

        Child(int pid, int reader, Descriptors os) {
            this.pid = pid;
            this.reader = reader;
            this.os = os;
            this.buffer = os.buffer(BUFFER);
        }

        /** Its process id, which is also its process group. */
        public int pid() {
            return pid;
        }

        /** Takes what it has written and keeps the first line that is not empty. Does not block. */
        public void read() {
            try {
                long count = 1;
                for (int i = 0; i < MAX_READS && reader >= 0 && count > 0; i++) {
                    count = os.read(reader, buffer);
                    if (count > 0) {
                        keep(new String(buffer.bytes((int) count), StandardCharsets.ISO_8859_1));
                    }
                }
            } catch (OsException e) {
                close();
            }
        }

        private void keep(String text) {
            for (int i = 0; i < text.length() && !lineEnded; i++) {
                char c = text.charAt(i);
                lineEnded = c == '\n' && !line.isEmpty();
                if (c >= ' ' && line.length() < MAX_LINE) {
                    line.append(c);
                }
            }
        }

        /** What has been kept. */
        public String firstLine() {
            return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).strip();
        }

        /** Reads no more. */
        public void close() {
            os.close(reader);
            reader = -1;
        }
    }
}
