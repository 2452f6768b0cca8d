package corral.daemon.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** The password and group databases. Called on the thread that reads the configuration. */
public interface Accounts {

    /**
     * A user.
     *
     * @param home home directory, may be empty
     */
    record Account(String name, int uid, int gid, String home) {}

    /**
     * The users and groups in {@code /etc/passwd} and {@code /etc/group}, read when first asked for. Users that only a
     * directory service knows are not among them.
     */
    static Accounts local() {
        return new PasswordFiles(Path.of("/etc/passwd"), Path.of("/etc/group"));
    }

    /** The user with a login name. */
    Optional<Account> user(String name);

    /** The first user with a number. */
    Optional<Account> user(long uid);

    /** The number of the group with a name. */
    OptionalInt group(String name);

    /** Whether a group with a number exists. */
    boolean hasGroup(long gid);
}
