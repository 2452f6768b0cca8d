package corral.daemon;

import corral.daemon.os.Descriptors;
import corral.daemon.os.Native;
import corral.daemon.upgrade.HandOver;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds the output of processes that an earlier daemon has left, from the first moment on: what nobody has read yet is gone when the process
 * ends before anybody else has opened its FIFO.
 */
final class LeftFifos {
    private LeftFifos() {}

    /**
     * Opens what is there to be read and was not handed over.
     *
     * @param given descriptors by name for the next daemon
     * @return those and the new ones
     */
    static Map<String, Integer> added(Map<String, Integer> given, Path runtimeDirectory, Native os) {
        Map<String, Integer> all = new HashMap<>(given);
        Descriptors descriptors = new Descriptors(os);
        try (DirectoryStream<Path> fifos = Files.newDirectoryStream(runtimeDirectory, "*:*.std{out,err}")) {
            for (Path fifo : fifos) {
                String name = HandOver.FIFO + fifo;
                if (!all.containsKey(name)) {
                    all.put(name, descriptors.openFifoReader(fifo.toString()));
                }
            }
        } catch (IOException e) {
            // Who goes on with a process opens its FIFO, and says why it cannot.
            return all;
        }
        return all;
    }
}
