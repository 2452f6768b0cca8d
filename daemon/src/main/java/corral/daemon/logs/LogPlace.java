package corral.daemon.logs;

import corral.daemon.os.Descriptors;
import corral.daemon.os.OsException;
import java.io.File;

/** Opens log files even where somebody has removed their directory since the daemon was started. No state. */
final class LogPlace {
    private static final int ENOENT = 2;

    private LogPlace() {}

    /** A log file, created if need be. Of missing directories only the last is made: more of them are another disk that is not there. */
    static int open(Descriptors os, String path, boolean truncate) throws OsException {
        try {
            return os.openLog(path, truncate);
        } catch (OsException e) {
            File directory = new File(path).getAbsoluteFile().getParentFile();
            if (e.errno() != ENOENT || !directory.mkdir()) {
                throw e;
            }
            LogErrors.directoryMade(directory.getPath());
            return os.openLog(path, truncate);
        }
    }
}
