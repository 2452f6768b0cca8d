package corral.daemon.os;

/** Numbers of the Linux kernel that differ between machines (asm/unistd.h, sys/epoll.h). */
final class Platform {
    private static final boolean X86_64 = "amd64".equals(System.getProperty("os.arch"));

    /** setgroups(2); the raw call changes the calling thread only. */
    static final int SYS_SETGROUPS = X86_64 ? 116 : 159;
    /** setresuid(2). */
    static final int SYS_SETRESUID = X86_64 ? 117 : 147;
    /** setresgid(2). */
    static final int SYS_SETRESGID = X86_64 ? 119 : 149;
    /** close_range(2). */
    static final int SYS_CLOSE_RANGE = 436;
    /** pidfd_send_signal(2). */
    static final int SYS_PIDFD_SEND_SIGNAL = 424;
    /** pidfd_open(2). */
    static final int SYS_PIDFD_OPEN = 434;
    /** pidfd_getfd(2). */
    static final int SYS_PIDFD_GETFD = 438;
    /** struct epoll_event is packed on x86-64 only. */
    static final int EPOLL_EVENT_SIZE = X86_64 ? 12 : 16;
    /** Offset of epoll_event.data. */
    static final int EPOLL_DATA_OFFSET = X86_64 ? 4 : 8;

    private Platform() {}
}
