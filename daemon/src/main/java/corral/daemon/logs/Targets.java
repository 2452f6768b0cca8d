package corral.daemon.logs;

import corral.daemon.fault.FaultPoints;
import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The open log files. Streams that name the same file share it, so that their rotations cannot fight. Output thread only. */
final class Targets {

    private static final class Shared {
        private final Target target;
        private int users;

        Shared(Target target) {
            this.target = target;
        }
    }

    private final Descriptors os;
    private final FaultPoints faults;
    /** Where splice takes and leaves a position; all files share it, since one thread uses them. */
    private final NativeBuffer offset;

    private final Map<String, Shared> byPath = new HashMap<>();

    Targets(Descriptors os, FaultPoints faults) {
        this.os = os;
        this.faults = faults;
        this.offset = os.buffer(8);
    }

    Target open(StreamSpec spec) throws OsException {
        if (spec.logfile().isEmpty()) {
            return new NoFile();
        }
        Shared shared = byPath.get(spec.logfile());
        if (shared == null) {
            shared = new Shared(openFile(spec));
            byPath.put(spec.logfile(), shared);
        }
        shared.users++;
        return shared.target;
    }

    void release(StreamSpec spec) {
        Shared shared = byPath.get(spec.logfile());
        if (shared == null) {
            return;
        }
        shared.users--;
        if (shared.users == 0) {
            byPath.remove(spec.logfile());
            shared.target.close();
        }
    }

    /** Empties a log that is not open. */
    void clear(String path) throws OsException {
        new Rotation(os, path, 0, faults).forget();
        os.close(os.openLog(path, true));
    }

    /** The open log at a path, null when it is not open. */
    Target find(String path) {
        Shared shared = byPath.get(path);
        return shared == null ? null : shared.target;
    }

    Collection<Target> all() {
        return byPath.values().stream().map(shared -> shared.target).toList();
    }

    private Target openFile(StreamSpec spec) throws OsException {
        String path = spec.logfile();
        if (!path.startsWith("/dev/") && !path.startsWith("/proc/")) {
            Optional<LogFile> log = LogFile.open(os, spec, offset, faults);
            if (log.isPresent()) {
                return log.get();
            }
        }
        return new SpecialFile(os, openSpecial(path));
    }

    /** A socket (journald's, as a rule) cannot be opened through /dev/stdout; it can be duplicated. */
    private int openSpecial(String path) throws OsException {
        try {
            return os.openAppending(path);
        } catch (OsException e) {
            return switch (path) {
                case "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1" -> os.duplicate(1);
                case "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2" -> os.duplicate(2);
                default -> throw e;
            };
        }
    }
}
