package corral.daemon.spawn;

import corral.daemon.os.LostSockets;
import corral.daemon.os.SocketIdentity;
import corral.daemon.service.DescriptorStore;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Where sockets come from that an earlier daemon has opened.
 *
 * @param bag what it has handed over itself
 * @param store that may have kept some of that
 * @param lost what is found with the processes of one that was killed
 * @param identity tells what a descriptor is
 */
public record Inheritance(Bag bag, DescriptorStore store, LostSockets lost, SocketIdentity identity) {

    /** The first descriptor that passes a test, which is taken out of the list; -1 for none. */
    static int pick(List<Integer> descriptors, IntPredicate test) {
        for (int i = 0; i < descriptors.size(); i++) {
            if (test.test(descriptors.get(i))) {
                return descriptors.remove(i);
            }
        }
        return -1;
    }
}
