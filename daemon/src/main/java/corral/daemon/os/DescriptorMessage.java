package corral.daemon.os;

import jnr.ffi.Pointer;

/** struct msghdr of a message with open files (unix(7), SCM_RIGHTS), as sendmsg(2) reads it on 64 bits. */
final class DescriptorMessage {
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int EINTR = 4;
    private static final int MSGHDR = 56;
    private static final int IOVEC = 16;
    private static final int CMSGHDR = 16;

    private final Native os;
    private final Pointer header;
    /** What the header points to must live as long as it. */
    private final Pointer vector;

    private final Pointer control;

    DescriptorMessage(Native os, Pointer data, int length, int... descriptors) {
        this.os = os;
        vector = os.allocate(IOVEC);
        vector.putAddress(0, data.address());
        vector.putLong(8, length);
        header = os.allocate(MSGHDR);
        header.putAddress(16, vector.address());
        header.putLong(24, 1);
        control = control(os, descriptors);
        if (descriptors.length > 0) {
            header.putAddress(32, control.address());
            header.putLong(40, control.size());
        }
    }

    /** The receiver, for a socket that is not connected. */
    DescriptorMessage to(SocketAddresses.Address address) {
        header.putAddress(0, address.memory().address());
        header.putInt(8, address.length());
        return this;
    }

    /** Sends it, and blocks as the socket does; {@code receiver} is for the error. */
    long send(int socket, String receiver) throws OsException {
        while (true) {
            long count = os.libc().sendmsg(socket, header, MSG_NOSIGNAL);
            if (count >= 0) {
                return count;
            }
            int errno = os.errno();
            if (errno != EINTR) {
                throw new OsException("sendmsg", receiver, errno);
            }
        }
    }

    private static Pointer control(Native os, int... descriptors) {
        int length = CMSGHDR + 4 * descriptors.length;
        Pointer control = os.allocate((length + 7) / 8 * 8);
        control.putLong(0, length);
        control.putInt(8, SOL_SOCKET);
        control.putInt(12, SCM_RIGHTS);
        control.put(CMSGHDR, descriptors, 0, descriptors.length);
        return control;
    }
}
