package corral.daemon;

import corral.daemon.os.Descriptors;
import corral.daemon.os.Native;
import corral.daemon.os.NotifySocket;
import corral.daemon.os.OsException;
import corral.daemon.service.DescriptorStore;
import corral.daemon.service.ManagerStore;
import corral.daemon.service.ServiceEnvironment;
import corral.daemon.spawn.Bag;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Open descriptors from one daemon to the next.
 *
 * @param bag what the one before has left
 * @param store keeps things for the one after
 */
record Handed(Bag bag, DescriptorStore store) {
    private static final Logger log = LoggerFactory.getLogger("corral");

    /** As the service manager offers it, else only what an upgrade hands over. */
    static Handed of(Native os, StartSockets sockets, Path runtimeDirectory) {
        ServiceEnvironment service = OwnEnvironment.ofService(os.pid());
        if (service.notifySocket().isEmpty() || service.storeRoom() == 0) {
            return new Handed(new Bag(LeftFifos.added(sockets.others(), runtimeDirectory, os)), DescriptorStore.NONE);
        }
        try {
            NotifySocket socket = NotifySocket.to(os, service.notifySocket().get());
            ManagerStore store = new ManagerStore(new Descriptors(os), socket::sendWith, service.storeRoom());
            Map<String, Integer> all = new HashMap<>(store.inherit(sockets.named(), runtimeDirectory));
            all.putAll(sockets.others());
            store.start();
            return new Handed(new Bag(LeftFifos.added(all, runtimeDirectory, os)), store);
        } catch (OsException e) {
            log.warn("the service manager will keep nothing for this daemon: {}", e.getMessage());
            return new Handed(new Bag(LeftFifos.added(sockets.others(), runtimeDirectory, os)), DescriptorStore.NONE);
        }
    }
}
