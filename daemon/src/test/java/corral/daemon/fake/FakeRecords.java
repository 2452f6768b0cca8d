package corral.daemon.fake;

import corral.daemon.loop.Loop;
import corral.daemon.process.DaemonRecord;
import corral.daemon.process.ProcessRecord;
import corral.daemon.process.Records;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** What a daemon has written down, for the one after it. */
public final class FakeRecords implements Records {
    private final Map<Integer, ProcessRecord> processes = new TreeMap<>();
    private final Loop loop;
    private DaemonRecord daemon;
    private int left = Integer.MAX_VALUE;

    /** Records that are written as soon as they are handed in; who waits for that hears of it later. */
    public FakeRecords(Loop loop) {
        this.loop = loop;
    }

    /** Only so many more things are written, as when the daemon dies then. */
    public void dieAfter(int saves) {
        left = saves;
    }

    private boolean writes() {
        return left > 0 && left-- > 0;
    }

    /** The last of each process. */
    public Collection<ProcessRecord> processes() {
        return processes.values();
    }

    /** The last of the daemon. */
    public DaemonRecord daemon() {
        return daemon;
    }

    @Override
    public void save(ProcessRecord record) {
        if (writes()) {
            processes.put(record.instance(), record);
        }
    }

    @Override
    public void save(DaemonRecord record) {
        if (writes()) {
            daemon = record;
        }
    }

    @Override
    public void forget(Collection<Integer> instances) {
        processes.keySet().removeAll(instances);
    }

    @Override
    public void whenWritten(Runnable then) {
        loop.post("written", then);
    }
}
