package corral.daemon.os;

import jnr.ffi.Pointer;

/** One epoll(7) instance, level-triggered, with a descriptor to wake it. One thread waits; any thread wakes. */
public final class Epoll {
    /** There is something to read. */
    public static final int IN = 1;
    /** There is room to write. */
    public static final int OUT = 4;
    /** The other end is gone. */
    public static final int HUP = 16;

    private static final int ERR = 8;
    private static final int MAX_EVENTS = 256;
    private static final int CTL_ADD = 1;
    private static final int CTL_DEL = 2;
    private static final int CTL_MOD = 3;
    private static final int EINTR = 4;
    private static final int CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;

    /** Hears about one ready descriptor. */
    public interface Ready {

        /** {@code events} is a set of {@link #IN}, {@link #OUT} and {@link #HUP}; an error shows as HUP. */
        void onReady(int fd, int events);
    }

    private final Native os;
    private final int fd;
    private final int wakeFd;
    private final Pointer events;
    private final Pointer control;
    private final Pointer wakeValue;
    private final Pointer wakeSink;

    /** A new instance that watches nothing. */
    public Epoll(Native os) throws OsException {
        this.os = os;
        this.fd = os.check(os.libc().epoll_create1(CLOEXEC), "epoll_create1", "");
        this.wakeFd = os.check(os.libc().eventfd(0, CLOEXEC | EFD_NONBLOCK), "eventfd", "");
        this.events = os.allocate(MAX_EVENTS * Platform.EPOLL_EVENT_SIZE);
        this.control = os.allocate(Platform.EPOLL_EVENT_SIZE);
        this.wakeValue = os.allocate(8);
        this.wakeSink = os.allocate(8);
        wakeValue.putLong(0, 1);
        add(wakeFd, IN);
    }

    /** Begins to watch a descriptor. Waiting thread only. */
    public void add(int target, int interest) throws OsException {
        control(CTL_ADD, target, interest);
    }

    /** Changes what is watched. Waiting thread only. */
    public void modify(int target, int interest) throws OsException {
        control(CTL_MOD, target, interest);
    }

    /** Stops watching. Waiting thread only. */
    public void remove(int target) throws OsException {
        control(CTL_DEL, target, 0);
    }

    /** Ends a wait that is under way or the next one. Any thread. */
    public void wake() {
        os.libc().write(wakeFd, wakeValue, 8);
    }

    /**
     * Waits for events and reports them.
     *
     * @param timeoutMs -1 for no limit
     */
    public void await(int timeoutMs, Ready ready) throws OsException {
        int count = os.libc().epoll_wait(fd, events, MAX_EVENTS, timeoutMs);
        if (count == -1) {
            if (os.errno() != EINTR) {
                throw new OsException("epoll_wait", "", os.errno());
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            int base = i * Platform.EPOLL_EVENT_SIZE;
            int which = events.getInt(base + Platform.EPOLL_DATA_OFFSET);
            if (which == wakeFd) {
                os.libc().read(wakeFd, wakeSink, 8);
            } else {
                int what = events.getInt(base);
                ready.onReady(which, (what & ERR) == 0 ? what : what | HUP);
            }
        }
    }

    private void control(int operation, int target, int interest) throws OsException {
        control.putInt(0, interest);
        control.putLong(Platform.EPOLL_DATA_OFFSET, target);
        os.check(os.libc().epoll_ctl(fd, operation, target, control), "epoll_ctl", "fd " + target);
    }
}
