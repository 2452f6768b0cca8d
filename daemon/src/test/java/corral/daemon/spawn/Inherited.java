package corral.daemon.spawn;

import corral.daemon.os.LostSockets;
import corral.daemon.os.Native;
import corral.daemon.os.PidFds;
import corral.daemon.os.SocketIdentity;
import corral.daemon.service.DescriptorStore;
import java.util.Map;

/** What a test's daemon takes over. */
final class Inherited {
    private Inherited() {}

    /** Nothing from the predecessor itself, but what can be taken from processes. */
    static Inheritance nothing(Native os) {
        return bag(os, Map.of());
    }

    static Inheritance bag(Native os, Map<String, Integer> descriptors) {
        return new Inheritance(
                new Bag(descriptors),
                DescriptorStore.NONE,
                new LostSockets(new PidFds(os, PidFds.Support.probe(os))),
                new SocketIdentity(os));
    }

    /** Nothing at all, as in a container that refuses pidfd_getfd. */
    static Inheritance refused(Native os) {
        return new Inheritance(
                Bag.empty(),
                DescriptorStore.NONE,
                new LostSockets(new PidFds(os, new PidFds.Support(true, false, false))),
                new SocketIdentity(os));
    }
}
