package corral.daemon.logs;

import corral.daemon.fault.FaultPoints;
import corral.daemon.os.Descriptors;
import corral.daemon.os.Epoll;
import corral.daemon.os.OsException;
import corral.daemon.service.DescriptorStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * The output thread: moves what children write from their FIFOs to their logs. It owns every open FIFO and log file; others
 * send it requests. A slow disk stalls this thread and, once the FIFOs are full, the children, never the state machine.
 */
public final class OutputReader {
    private static final int SCRATCH = 128 * 1024;
    /** After a wakeup that moved less than a quarter of a FIFO, the next one may wait: a thousand small writes become one. */
    private static final long SMALL = 256 * 1024;

    private static final long PAUSE_NS = 2_000_000;

    private final Descriptors os;
    private final Epoll epoll;
    private final Targets targets;
    private final SyslogLines syslog;
    private final Tee tee;
    private final DescriptorStore store;
    private final ConcurrentLinkedQueue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final Map<Integer, ChildStream> byFifo = new HashMap<>();
    private final Map<StreamKey, ChildStream> byKey = new HashMap<>();
    private final StalledStreams stalled;
    private final Map<Integer, StdinQueue> stdins = new HashMap<>();
    private long movedInTurn;
    private volatile boolean stopped;

    /** A reader that {@link #start} sets going. */
    public OutputReader(Descriptors os, Epoll epoll, SyslogLines syslog) {
        this(os, epoll, syslog, FaultPoints.NONE, DescriptorStore.NONE);
    }

    /** Likewise; {@code faults} are those of rotations and copies, {@code store} keeps what nobody reads while there is no daemon. */
    public OutputReader(Descriptors os, Epoll epoll, SyslogLines syslog, FaultPoints faults, DescriptorStore store) {
        this.os = os;
        this.epoll = epoll;
        this.stalled = new StalledStreams(epoll);
        this.syslog = syslog;
        this.targets = new Targets(os, faults);
        this.store = store;
        this.tee = new Tee(os, os.buffer(SCRATCH), faults);
    }

    /** Starts the thread. */
    public void start() {
        Thread thread = new Thread(null, this::run, "output");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends the thread; what is in the FIFOs stays there. Any thread. */
    public void stop() {
        stopped = true;
        epoll.wake();
    }

    /** Begins to read streams: opens their logs and the reading ends of their FIFOs. Any thread; fails with OsException. */
    public CompletableFuture<Void> open(List<StreamSpec> specs) {
        return open(specs, Map.of());
    }

    /**
     * Likewise.
     *
     * @param inherited reading ends by path, of FIFOs that an earlier daemon has read so far; they are this object's from now on
     */
    public CompletableFuture<Void> open(List<StreamSpec> specs, Map<String, Integer> inherited) {
        return submit(() -> {
            Map<String, Integer> ends = new HashMap<>(inherited);
            try {
                for (StreamSpec spec : specs) {
                    openStream(spec, ends);
                }
                return null;
            } finally {
                ends.values().forEach(os::close);
            }
        });
    }

    /** Moves what a process has written so far. Any thread. */
    public CompletableFuture<Void> drain(List<StreamKey> keys) {
        return submit(() -> {
            for (StreamKey key : keys) {
                ChildStream stream = byKey.get(key);
                if (stream != null && !stalled.contains(stream)) {
                    drainFully(stream);
                }
            }
            return null;
        });
    }

    /** Empties a log; one that is not open is emptied by its path. Any thread; fails with OsException. */
    public CompletableFuture<Void> clear(String logfile) {
        return submit(() -> {
            Target open = targets.find(logfile);
            if (open != null) {
                open.clear();
            } else if (new java.io.File(logfile).isFile()) {
                targets.clear(logfile);
            }
            return null;
        });
    }

    /**
     * Moves what is in the FIFOs, then nothing more until {@code until} is open.
     *
     * @return the reading ends by the path of the FIFO: whoever holds one keeps what is written meanwhile
     */
    public CompletableFuture<Map<String, Integer>> pause(CountDownLatch until) {
        CompletableFuture<Map<String, Integer>> paused = new CompletableFuture<>();
        requests.add(() -> {
            List.copyOf(byKey.values()).stream()
                    .filter(stream -> !stalled.contains(stream))
                    .forEach(this::drainFully);
            Map<String, Integer> readers = new HashMap<>();
            byFifo.forEach((fd, stream) -> readers.put(stream.spec().fifo(), fd));
            paused.complete(readers);
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        epoll.wake();
        return paused;
    }

    /** Opens all logs anew. Any thread. */
    public void reopen() {
        requests.add(() -> {
            for (Target target : targets.all()) {
                try {
                    target.reopen();
                } catch (OsException e) {
                    LogErrors.failed("cannot reopen a log", e);
                }
            }
        });
        epoll.wake();
    }

    /** Writes to the FIFO that is the stdin of a child; false when nobody reads it. Any thread. */
    public CompletableFuture<Boolean> writeStdin(String fifo, byte[] bytes) {
        return submit(() -> {
            for (StdinQueue queue : stdins.values()) {
                if (queue.path().equals(fifo)) {
                    queue.add(bytes);
                    return true;
                }
            }
            return openStdin(fifo, bytes);
        });
    }

    private boolean openStdin(String fifo, byte[] bytes) throws OsException {
        int fd;
        try {
            fd = os.openFifoWriter(fifo);
        } catch (OsException e) {
            return false;
        }
        StdinQueue queue = new StdinQueue(os, fifo, fd);
        queue.add(bytes);
        if (queue.flush()) {
            os.close(fd);
        } else {
            stdins.put(fd, queue);
            epoll.add(fd, Epoll.OUT);
        }
        return true;
    }

    private <T> CompletableFuture<T> submit(Callable<T> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        requests.add(() -> {
            try {
                answer.complete(request.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        epoll.wake();
        return answer;
    }

    private void run() {
        while (!stopped) {
            try {
                turn();
            } catch (OsException | RuntimeException e) {
                LogErrors.failed("unexpected", e);
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    private void turn() throws OsException {
        movedInTurn = 0;
        epoll.await(stalled.timeoutMs(), this::onReady);
        for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
            request.run();
        }
        stalled.takeTimed().forEach(this::resume);
        if (movedInTurn > 0 && movedInTurn < SMALL) {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    private void onReady(int fd, int events) {
        ChildStream stream = byFifo.get(fd);
        if (stream != null) {
            pump(stream);
            return;
        }
        StdinQueue queue = stdins.get(fd);
        if (queue != null) {
            flushStdin(fd, queue, events);
            return;
        }
        stalled.takeReady(fd).forEach(this::resume);
    }

    private void flushStdin(int fd, StdinQueue queue, int events) {
        boolean done = (events & Epoll.HUP) != 0;
        try {
            done = done || queue.flush();
        } catch (OsException e) {
            done = true;
        }
        if (done) {
            stdins.remove(fd);
            os.close(fd);
        }
    }

    private void pump(ChildStream stream) {
        ChildStream.Result result = stream.pump();
        movedInTurn += stream.moved();
        switch (result) {
            case WATCH -> {}
            case ENDED -> close(stream);
            case STALLED -> stall(stream);
        }
    }

    /** Until the FIFO is empty or has ended; a child that goes on writing gets a few turns, not for ever. */
    private void drainFully(ChildStream stream) {
        for (int turns = 0; turns < 16; turns++) {
            pump(stream);
            if (stream.moved() == 0 || byKey.get(stream.spec().key()) != stream || stalled.contains(stream)) {
                return;
            }
        }
    }

    private void stall(ChildStream stream) {
        unwatch(stream);
        stalled.add(stream);
    }

    private void resume(ChildStream stream) {
        ChildStream.Result result = stream.pump();
        movedInTurn += stream.moved();
        switch (result) {
            case WATCH -> watch(stream);
            case ENDED -> forget(stream);
            case STALLED -> stalled.add(stream);
        }
    }

    private void openStream(StreamSpec spec, Map<String, Integer> inherited) throws OsException {
        ChildStream old = byKey.get(spec.key());
        if (old != null && old.spec().equals(spec)) {
            // A grandchild still holds the FIFO: its words and its successor's go the same way.
            return;
        }
        if (old != null && !stalled.contains(old)) {
            drainFully(old);
        }
        if (byKey.get(spec.key()) == old && old != null) {
            close(old);
        }
        Target target = targets.open(spec);
        try {
            Integer end = inherited.remove(spec.fifo());
            int fifo = end != null ? end : os.openFifoReader(spec.fifo());
            ChildStream stream = new ChildStream(spec, os, fifo, target, tee, syslog);
            byFifo.put(fifo, stream);
            byKey.put(spec.key(), stream);
            watch(stream);
            store.keep("fifo:" + spec.fifo(), fifo);
        } catch (OsException e) {
            targets.release(spec);
            throw e;
        }
    }

    private void watch(ChildStream stream) {
        try {
            epoll.add(stream.fifo(), Epoll.IN);
        } catch (OsException e) {
            LogErrors.failed("cannot watch " + stream.spec().fifo(), e);
        }
    }

    private void unwatch(ChildStream stream) {
        try {
            epoll.remove(stream.fifo());
        } catch (OsException e) {
            LogErrors.failed("cannot unwatch " + stream.spec().fifo(), e);
        }
    }

    private void close(ChildStream stream) {
        if (!stalled.remove(stream)) {
            unwatch(stream);
        }
        forget(stream);
    }

    private void forget(ChildStream stream) {
        byFifo.remove(stream.fifo());
        byKey.remove(stream.spec().key(), stream);
        targets.release(stream.spec());
        store.drop("fifo:" + stream.spec().fifo(), stream.fifo());
        stream.close();
    }
}
