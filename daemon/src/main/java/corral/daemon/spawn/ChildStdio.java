package corral.daemon.spawn;

import corral.daemon.config.DaemonConfig;
import corral.daemon.config.LogLevel;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.StreamConfig;
import corral.daemon.config.UserId;
import corral.daemon.logs.OutputReader;
import corral.daemon.logs.StreamKey;
import corral.daemon.logs.StreamSpec;
import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import corral.daemon.process.Channel;
import corral.daemon.process.LogPaths;
import corral.daemon.process.Spawner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Makes the three FIFOs of a child and sets the output thread to read two of them. Spawner thread. */
public final class ChildStdio {

    /** The child's ends, open in the daemon until the child has its copies. */
    record Ends(int stdin, int stdout, int stderr) {}

    private final Descriptors os;
    private final OutputReader reader;
    private final Fifos fifos;
    private final Supplier<DaemonConfig> daemon;
    private final Bag bag;

    /**
     * FIFOs in the runtime directory.
     *
     * @param daemon the global options of now; strip_ansi and loglevel matter here
     * @param bag reading ends that an earlier daemon has handed over
     */
    public ChildStdio(Descriptors os, OutputReader reader, Fifos fifos, Supplier<DaemonConfig> daemon, Bag bag) {
        this.os = os;
        this.reader = reader;
        this.fifos = fifos;
        this.daemon = daemon;
        this.bag = bag;
    }

    /** Reads on what the child of an earlier daemon's writes. Any thread; fails with OsException. */
    CompletableFuture<Void> resume(String group, ProcessConfig config, LogPaths logs) {
        List<StreamSpec> streams = streams(group, config, logs);
        return reader.open(streams, inherited(streams));
    }

    /** Path of the FIFO that is the stdin of a process. */
    String stdin(String group, String process) {
        return fifos.path(group, process, "stdin");
    }

    Ends open(Spawner.Request request) throws OsException {
        ProcessConfig config = request.config();
        List<StreamSpec> streams = streams(request.group(), config, request.logs());
        for (StreamSpec stream : streams) {
            os.makeFifo(stream.fifo());
        }
        String stdin = stdin(request.group(), config.name());
        os.makeFifo(stdin);
        // First the child's ends: as long as one is open, the output thread cannot take the end of the child before for
        // ours.
        Ends ends = open(stdin, streams, config.user());
        try {
            await(reader.open(streams, inherited(streams)));
            return ends;
        } catch (OsException e) {
            close(ends);
            throw e;
        }
    }

    private Ends open(String stdin, List<StreamSpec> streams, Optional<UserId> user) throws OsException {
        List<Integer> opened = new ArrayList<>();
        try {
            opened.add(openBoth(stdin, user));
            for (StreamSpec stream : streams) {
                opened.add(openBoth(stream.fifo(), user));
            }
            if (streams.size() == 1) {
                opened.add(os.duplicate(opened.get(1)));
            }
            return new Ends(opened.get(0), opened.get(1), opened.get(2));
        } catch (OsException e) {
            opened.forEach(os::close);
            throw e;
        }
    }

    void close(Ends ends) {
        os.close(ends.stdin());
        os.close(ends.stdout());
        os.close(ends.stderr());
    }

    /** Puts words into the log of a child that never came to speak. */
    void say(Ends ends, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        NativeBuffer buffer = os.buffer(bytes.length);
        buffer.put(bytes, 0, bytes.length);
        try {
            if (os.isWritable(ends.stderr())) {
                os.write(ends.stderr(), buffer, 0, bytes.length);
            }
        } catch (OsException e) {
            // The same words are in the activity log.
        }
    }

    private List<StreamSpec> streams(String group, ProcessConfig config, LogPaths logs) {
        StreamKey stdout = new StreamKey(group, config.name(), Channel.STDOUT);
        StreamKey stderr = new StreamKey(group, config.name(), Channel.STDERR);
        return config.redirectStderr()
                ? List.of(spec(stdout, config.stdout(), logs.stdout()))
                : List.of(spec(stdout, config.stdout(), logs.stdout()), spec(stderr, config.stderr(), logs.stderr()));
    }

    private StreamSpec spec(StreamKey key, StreamConfig stream, String logfile) {
        return new StreamSpec(
                key,
                fifos.path(key.group(), key.process(), key.channel().name().toLowerCase(Locale.ROOT)),
                logfile,
                stream.maxBytes(),
                stream.backups(),
                daemon.get().stripAnsi(),
                stream.syslog(),
                daemon.get().loglevel().compareTo(LogLevel.DEBUG) >= 0,
                prefix(key, stream, logfile));
    }

    /** Its own, else its name where several are likely to write to one place: stdout, a terminal, a device. */
    private String prefix(StreamKey key, StreamConfig stream, String logfile) {
        String group = key.group();
        String name = key.process();
        boolean shared = logfile.startsWith("/dev/") || logfile.startsWith("/proc/");
        String standard =
                daemon.get().outputPrefix() && shared ? (group.equals(name) ? name : group + ":" + name) + " |" : "";
        return stream.prefix().orElse(standard);
    }

    /** By path: the reading ends that an earlier daemon has handed over, with what only they still hold. */
    private Map<String, Integer> inherited(List<StreamSpec> streams) {
        Map<String, Integer> ends = new HashMap<>();
        streams.forEach(stream -> bag.take("fifo:" + stream.fifo()).ifPresent(fd -> ends.put(stream.fifo(), fd)));
        return ends;
    }

    private int openBoth(String fifo, Optional<UserId> user) throws OsException {
        int fd = os.openFifoBoth(fifo);
        if (user.isPresent()) {
            try {
                os.changeOwner(fd, user.get().uid(), user.get().gid());
            } catch (OsException e) {
                // Not root: the launch itself will say that the user cannot be had.
            }
        }
        return fd;
    }

    private static void await(CompletableFuture<Void> request) throws OsException {
        try {
            request.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof OsException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
