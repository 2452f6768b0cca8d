package corral.daemon.os;

import corral.daemon.config.Accounts;
import java.util.Optional;
import java.util.OptionalInt;
import jnr.posix.Group;
import jnr.posix.Passwd;

/** getpwnam(3) and its kin: users and groups wherever nsswitch.conf says they are, directory services included. */
public final class NativeAccounts implements Accounts {
    private final Native os;

    /** The databases of this machine. */
    public NativeAccounts(Native os) {
        this.os = os;
    }

    @Override
    public Optional<Account> user(String name) {
        return account(os.posix().getpwnam(name));
    }

    @Override
    public Optional<Account> user(long uid) {
        return uid < 0 || uid > 0xffff_ffffL
                ? Optional.empty()
                : account(os.posix().getpwuid((int) uid));
    }

    @Override
    public OptionalInt group(String name) {
        Group group = os.posix().getgrnam(name);
        return group == null ? OptionalInt.empty() : OptionalInt.of((int) group.getGID());
    }

    @Override
    public boolean hasGroup(long gid) {
        return gid >= 0 && gid <= 0xffff_ffffL && os.posix().getgrgid((int) gid) != null;
    }

    private static Optional<Account> account(Passwd entry) {
        return entry == null
                ? Optional.empty()
                : Optional.of(
                        new Account(entry.getLoginName(), (int) entry.getUID(), (int) entry.getGID(), entry.getHome()));
    }
}
