package corral.daemon.os;

import corral.daemon.process.FdAction;
import corral.daemon.process.SpawnPlan;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import jnr.ffi.Pointer;
import jnr.ffi.byref.IntByReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a {@link SpawnPlan} into a child with posix_spawnp(3). The calling thread is the child's template: directory, umask
 * and credentials are set on it, not in the child, so each failing step still has its own errno here. One thread uses it.
 */
public final class NativeSpawner {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int O_PATH_DIRECTORY = 0x200000 | 0x10000;
    private static final short SETPGROUP = 0x02;
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final int SIGSET_BYTES = 128;
    // struct posix_spawnattr_t is 336 bytes in glibc and musl on 64 bits, file actions 80.
    private static final int STRUCT_BYTES = 512;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final Native os;
    private final Capabilities capabilities;
    private final Credentials credentials;
    private final int baseDirectory;
    private final int baseUmask;
    private final Pointer attributes;
    private final Pointer actions;
    private final boolean closesFrom;
    private final IntByReference pid = new IntByReference();
    private Optional<ExecGate> gate = Optional.empty();
    private boolean gateRefused;
    /** What the next child opens first; empty for nothing. */
    private String waitAt = "";

    /** A spawner for the calling thread, which has {@linkplain Capabilities#probe probed}. */
    public NativeSpawner(Native os, Capabilities capabilities) throws OsException {
        this.os = os;
        this.capabilities = capabilities;
        this.credentials = new Credentials(os);
        this.baseDirectory = os.open(".", O_PATH_DIRECTORY, 0);
        this.baseUmask = os.libc().umask(0);
        os.libc().umask(baseUmask);
        this.attributes = os.allocate(STRUCT_BYTES);
        this.actions = os.allocate(STRUCT_BYTES);
        initAttributes();
        closesFrom = capabilities.closeRange() && canCloseFrom();
    }

    /** Whether the C library has that action: glibc 2.34 and newer. */
    private boolean canCloseFrom() {
        os.unix().posix_spawn_file_actions_init(actions);
        try {
            return os.libc().posix_spawn_file_actions_addclosefrom_np(actions, 3) == 0;
        } catch (UnsatisfiedLinkError e) {
            return false;
        } finally {
            os.unix().posix_spawn_file_actions_destroy(actions);
        }
    }

    /**
     * Launches a child.
     *
     * @return its pid
     * @throws OsException with the step that failed: setuid, chdir or exec
     */
    public int spawn(SpawnPlan plan) throws OsException {
        return launch(plan, this::posixSpawn);
    }

    /**
     * Launches a child to which something is done before it executes anything.
     *
     * @param gates where a FIFO may be made
     * @param enter called once with the child's pid before this returns, on another thread; if there was no way to hold the
     *     child, when it executes already. Not called for one that cannot be launched, or maybe with a pid that is gone
     */
    public int spawn(SpawnPlan plan, Path gates, IntConsumer enter) throws OsException {
        Optional<ExecGate> held = gate(plan, gates);
        if (held.isEmpty()) {
            int child = spawn(plan);
            enter.accept(child);
            return child;
        }
        // Begun here: a thread of the one that has dropped its credentials would have dropped them, too.
        ExecGate.Passage passage = held.get().begin(enter);
        boolean met;
        int child;
        try {
            waitAt = held.get().path();
            child = launch(plan, all -> {
                passage.fromHere();
                return posixSpawn(all);
            });
        } finally {
            waitAt = "";
            met = passage.end();
        }
        if (!met) {
            enter.accept(child);
        }
        return child;
    }

    private interface Spawn {
        int run(SpawnPlan plan) throws OsException;
    }

    private int launch(SpawnPlan plan, Spawn spawn) throws OsException {
        if (plan.user().isEmpty()) {
            return spawnHere(plan, spawn);
        }
        return credentials.runAs(plan.user().get(), () -> spawnHere(plan, spawn));
    }

    private int spawnHere(SpawnPlan plan, Spawn spawn) throws OsException {
        enter(plan);
        try {
            return spawn.run(plan);
        } finally {
            leave(plan);
        }
    }

    /** Nothing when the child could not be held; that is said once. */
    private Optional<ExecGate> gate(SpawnPlan plan, Path gates) {
        // The FIFO is opened as descriptor 0, over which the child's own is put then.
        boolean fits = plan.descriptors().stream().anyMatch(action -> action.target() == 0)
                && plan.descriptors().stream().allMatch(action -> action.source() >= 3);
        if (!fits) {
            return Optional.empty();
        }
        if (gate.isEmpty() && !gateRefused) {
            try {
                gate = Optional.of(ExecGate.make(os, gates));
            } catch (OsException e) {
                gateRefused = true;
                log.warn("children get their limits just after their exec, not before it: {}", e.getMessage());
            }
        }
        return gate;
    }

    private void enter(SpawnPlan plan) throws OsException {
        if (capabilities.unshare()) {
            os.libc().fchdir(baseDirectory);
            if (plan.directory().isPresent()) {
                String directory = plan.directory().get();
                os.check(os.libc().chdir(directory), "chdir", directory);
            }
        } else if (plan.directory().isPresent()) {
            checkDirectory(plan.directory().get());
        }
        os.libc().umask(plan.umask().orElse(baseUmask));
    }

    /** posix_spawn would not say which of its actions failed. */
    private void checkDirectory(String directory) throws OsException {
        int fd = os.check(os.libc().open(directory, O_PATH_DIRECTORY | 0x80000, 0), "chdir", directory);
        os.libc().close(fd);
    }

    /** Keeps no directory of a child busy; and without a umask of its own this thread must give the daemon its umask back. */
    private void leave(SpawnPlan plan) {
        if (capabilities.unshare()) {
            os.libc().fchdir(baseDirectory);
        }
        if (!capabilities.unshare() && plan.umask().isPresent()) {
            os.libc().umask(baseUmask);
        }
    }

    private int posixSpawn(SpawnPlan plan) throws OsException {
        List<FdAction> apart = new ArrayList<>();
        try {
            setApart(plan.descriptors(), apart);
            return posixSpawn(plan, apart);
        } finally {
            for (int i = 0; i < apart.size(); i++) {
                if (apart.get(i).source() != plan.descriptors().get(i).source()) {
                    os.libc().close(apart.get(i).source());
                }
            }
        }
    }

    /** The actions are done one after the other: no target may be the source of a later one, nor its own. */
    private void setApart(List<FdAction> wanted, List<FdAction> apart) throws OsException {
        int above = wanted.stream().mapToInt(FdAction::target).max().orElse(0) + 1;
        for (FdAction action : wanted) {
            boolean overlaps = action.source() < above && action.source() >= 3;
            int source = overlaps
                    ? os.check(os.libc().fcntl(action.source(), F_DUPFD_CLOEXEC, above), "dup", "fd " + action.source())
                    : action.source();
            apart.add(new FdAction(source, action.target()));
        }
    }

    private int posixSpawn(SpawnPlan plan, List<FdAction> apart) throws OsException {
        closeOnExecFrom(3);
        os.unix().posix_spawn_file_actions_init(actions);
        try {
            if (!capabilities.unshare() && plan.directory().isPresent()) {
                os.libc()
                        .posix_spawn_file_actions_addchdir_np(
                                actions, plan.directory().get());
            }
            if (!waitAt.isEmpty()) {
                os.libc().posix_spawn_file_actions_addopen(actions, 0, waitAt, 0, 0);
            }
            for (FdAction action : apart) {
                os.unix().posix_spawn_file_actions_adddup2(actions, action.source(), action.target());
            }
            if (closesFrom) {
                // What another thread of the JVM has opened since the descriptors were marked.
                os.libc().posix_spawn_file_actions_addclosefrom_np(actions, firstFree(apart));
            }
            int error = os.unix()
                    .posix_spawnp(
                            pid,
                            plan.path(),
                            actions,
                            attributes,
                            CStrings.array(plan.argv()),
                            CStrings.array(plan.environment()));
            if (error != 0) {
                throw new OsException("exec", plan.argv().get(0), error);
            }
            return pid.intValue();
        } finally {
            os.unix().posix_spawn_file_actions_destroy(actions);
        }
    }

    private static int firstFree(List<FdAction> actions) {
        return Math.max(3, actions.stream().mapToInt(FdAction::target).max().orElse(0) + 1);
    }

    /** Own process group, nothing blocked, every signal at its default: the JVM's own settings stay with the JVM. */
    private void initAttributes() {
        Pointer none = os.allocate(SIGSET_BYTES);
        Pointer all = os.allocate(SIGSET_BYTES);
        all.setMemory(0, SIGSET_BYTES, (byte) 0xff);
        os.unix().posix_spawnattr_init(attributes);
        os.unix().posix_spawnattr_setpgroup(attributes, 0);
        os.unix().posix_spawnattr_setsigmask(attributes, none);
        os.unix().posix_spawnattr_setsigdefault(attributes, all);
        os.unix().posix_spawnattr_setflags(attributes, (short) (SETPGROUP | SETSIGDEF | SETSIGMASK));
    }

    /** Whatever the JVM or a library opened without it. What a child is to have is duplicated, which clears the mark. */
    private void closeOnExecFrom(int first) {
        if (capabilities.closeRange()) {
            os.libc().syscall(Platform.SYS_CLOSE_RANGE, first, 0xffff_ffffL, CLOSE_RANGE_CLOEXEC);
            return;
        }
        String[] open = new File("/proc/self/fd").list();
        for (String fd : open == null ? new String[0] : open) {
            int number = Integer.parseInt(fd);
            if (number >= first) {
                os.libc().fcntl(number, F_SETFD, FD_CLOEXEC);
            }
        }
    }
}
