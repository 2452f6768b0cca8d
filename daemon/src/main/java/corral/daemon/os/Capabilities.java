package corral.daemon.os;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the system calls that containers may refuse work here.
 *
 * @param unshare unshare(CLONE_FS): a thread with its own working directory and umask
 * @param closeRange close_range(2) with CLOSE_RANGE_CLOEXEC (Linux ≥ 5.11)
 */
public record Capabilities(boolean unshare, boolean closeRange) {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int CLONE_FS = 0x200;
    private static final int CLOSE_RANGE_CLOEXEC = 4;

    /**
     * Tries each call and says what is missing and what stands in. Gives the calling thread its own directory and umask:
     * call it on the thread that will spawn.
     */
    public static Capabilities probe(Native os) {
        boolean unshare = os.libc().unshare(CLONE_FS) == 0;
        if (!unshare) {
            log.warn(
                    "unshare(CLONE_FS) is refused here ({}): directories go through posix_spawn's own action, a differing"
                            + " umask is set for the whole daemon while its program is launched",
                    OsException.name(os.errno()));
        }
        // An empty range above every possible descriptor: tries the call, changes nothing.
        boolean closeRange =
                os.libc().syscall(Platform.SYS_CLOSE_RANGE, 0x7fff_fffeL, 0x7fff_ffffL, CLOSE_RANGE_CLOEXEC) == 0;
        if (!closeRange) {
            log.warn(
                    "close_range is refused here ({}): descriptors are marked close-on-exec one by one",
                    OsException.name(os.errno()));
        }
        return new Capabilities(unshare, closeRange);
    }
}
