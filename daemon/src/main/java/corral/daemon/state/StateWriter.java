package corral.daemon.state;

import corral.daemon.fault.FaultPoints;
import corral.daemon.loop.Loop;
import corral.daemon.os.ProcessTable;
import corral.daemon.process.DaemonRecord;
import corral.daemon.process.ProcessRecord;
import corral.daemon.process.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes down what the loop hands in. Of several records of one process that wait together only the last is written. What cannot
 * be written is said once; the daemon goes on, but another one would not know of it.
 */
public final class StateWriter implements Records {
    private static final Logger log = LoggerFactory.getLogger("corral");
    /** How long a launch or a stop may wait for a slow disk. */
    private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(250);

    /** When a process was started, as the kernel says; of a pid that another launch had it would be another time. */
    private record Started(int pid, int launch, long ticks) {}

    /** What waits to be written. */
    private static final class Batch {
        private final Map<Integer, ProcessRecord> processes = new LinkedHashMap<>();
        private final Set<Integer> gone = new LinkedHashSet<>();
        private final List<Runnable> then = new ArrayList<>();
        private DaemonRecord daemon;

        private boolean isEmpty() {
            return processes.isEmpty() && gone.isEmpty() && then.isEmpty() && daemon == null;
        }
    }

    private final Loop loop;
    private final StateFiles files;
    private final ProcessTable table;
    private final String world;
    private final Map<Integer, Started> started = new HashMap<>();
    private final Object lock = new Object();
    private Batch waiting = new Batch();
    private boolean stopped;
    /** Whether the last attempt has failed. Thread of the writer. */
    private boolean failing;

    /** A writer that {@link #start} sets going. */
    public StateWriter(Loop loop, Path runtimeDirectory, ProcessTable table, FaultPoints faults) {
        this.loop = loop;
        this.files = new StateFiles(runtimeDirectory, faults);
        this.table = table;
        this.world = table.world();
    }

    /** Starts the thread, which lives until {@link #stop}. */
    public void start() {
        Thread thread = new Thread(null, this::run, "records");
        thread.setDaemon(true);
        thread.start();
    }

    /** Writes nothing more from now on: the directory is about to go. Any thread. */
    public void stop() {
        synchronized (lock) {
            stopped = true;
            lock.notifyAll();
        }
    }

    @Override
    public void save(ProcessRecord record) {
        synchronized (lock) {
            waiting.processes.put(record.instance(), record);
            lock.notifyAll();
        }
    }

    @Override
    public void save(DaemonRecord record) {
        synchronized (lock) {
            waiting.daemon = record;
            lock.notifyAll();
        }
    }

    @Override
    public void forget(Collection<Integer> instances) {
        synchronized (lock) {
            waiting.processes.keySet().removeAll(instances);
            waiting.gone.addAll(instances);
            lock.notifyAll();
        }
    }

    @Override
    public void whenWritten(Runnable then) {
        AtomicBoolean once = new AtomicBoolean();
        Object key = new Object();
        Runnable first = () -> {
            if (once.compareAndSet(false, true)) {
                loop.cancel(key);
                then.run();
            }
        };
        loop.at(key, loop.nowNs() + PATIENCE_NS, "written late", first);
        synchronized (lock) {
            if (!stopped) {
                waiting.then.add(() -> loop.post("written", first));
                lock.notifyAll();
                return;
            }
        }
        loop.post("not written", first);
    }

    private void run() {
        while (true) {
            try {
                Batch batch = take();
                write(batch);
                batch.then.forEach(Runnable::run);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.error("records: unexpected", e);
            }
        }
    }

    private Batch take() throws InterruptedException {
        synchronized (lock) {
            while (waiting.isEmpty()) {
                lock.wait();
            }
            Batch batch = waiting;
            waiting = new Batch();
            return batch;
        }
    }

    private void write(Batch batch) {
        synchronized (lock) {
            if (stopped) {
                return;
            }
        }
        boolean failed = false;
        // First the processes, then who they are, then those that are gone: at no time there is one that nobody knows.
        for (ProcessRecord record : batch.processes.values()) {
            failed |= !attempt(() -> files.write(Integer.toString(record.instance()), fields(record)));
        }
        if (batch.daemon != null) {
            failed |= !attempt(() -> files.write(DAEMON, fields(batch.daemon)));
        }
        for (int instance : batch.gone) {
            started.remove(instance);
            failed |= !attempt(() -> files.remove(Integer.toString(instance)));
        }
        if (failing && !failed) {
            log.info("what corrald knows is written down again");
        }
        failing = failed;
    }

    /** Name of the file that says what groups there are. */
    static final String DAEMON = "daemon";

    private interface Step {
        void run() throws IOException;
    }

    private boolean attempt(Step step) {
        try {
            step.run();
            return true;
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                log.error(
                        "what corrald knows of its processes cannot be written down ({}): it goes on, but if it were"
                                + " killed now, the next one would not know of all of them",
                        e.toString());
            }
            return false;
        }
    }

    private Fields fields(ProcessRecord record) {
        Fields fields = new Fields().put("world", world).put("ticks", ticks(record));
        RecordText.write(record, fields);
        return fields;
    }

    private Fields fields(DaemonRecord record) {
        Fields fields = new Fields().put("world", world);
        RecordText.write(record, fields);
        return fields;
    }

    /** When its child was started, or from when on it may be if there is none yet. */
    private long ticks(ProcessRecord record) {
        int pid = record.launch().pid();
        if (pid == 0) {
            return table.nowTicks() - 1;
        }
        int launch = record.launch().number();
        Started known = started.get(record.instance());
        if (known == null || known.pid() != pid || known.launch() != launch) {
            known = new Started(pid, launch, table.startTicks(pid).orElse(-1L));
            started.put(record.instance(), known);
        }
        return known.ticks();
    }
}
