package corral.daemon.process;

import corral.daemon.config.ConfigResult;
import java.util.function.Consumer;

/** Port to the reader of the configuration. */
public interface ConfigSource {

    /** Reads the configuration anew, off the loop; the answer comes back on the loop. */
    void read(Consumer<ConfigResult> answer);
}
