package corral.daemon.upgrade;

import corral.daemon.process.RefusedException;
import java.util.Map;

/** The daemon, as far as it can stand still: nothing that happens meanwhile is lost to who comes next. Thread of the upgrade. */
public interface Standstill {

    /** Stops everything. Refused when this is not the time for it; everything goes on then. */
    void begin() throws RefusedException;

    /** What the next one is to have, by its names in {@link HandOver}. While everything stands still. */
    Map<String, Integer> descriptors();

    /** The client has been answered: waits a moment until it has that. Refused when the daemon was told to end meanwhile. */
    void settle() throws RefusedException;

    /** Everything goes on. */
    void end();
}
