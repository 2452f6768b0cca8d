package corral.daemon.config;

import corral.daemon.config.Accounts.Account;
import corral.daemon.ini.PyInt;
import java.util.Optional;
import java.util.OptionalInt;

/** Users and owners as values (spec/supervisor.md 1.2). No state, any thread. */
final class Users {

    private Users() {}

    /**
     * Who shall own a file.
     *
     * @param gid empty leaves the group alone
     */
    record Owner(int uid, OptionalInt gid) {}

    static UserId user(String text, Host host) throws BadValueException {
        boolean number = PyInt.isInt(text);
        Optional<Account> account = number
                ? host.accounts().user(PyInt.parse(text))
                : host.accounts().user(text);
        if (account.isEmpty()) {
            throw new BadValueException("Invalid user " + (number ? "id " : "name ") + text);
        }
        return new UserId(
                account.get().name(), account.get().uid(), account.get().gid());
    }

    /** Messages are the caller's: Supervisor has another one for each option. */
    static Owner owner(String text, Host host) throws BadValueException {
        int colon = text.indexOf(':');
        int uid = user(colon < 0 ? text : text.substring(0, colon), host).uid();
        if (colon < 0) {
            return new Owner(uid, OptionalInt.empty());
        }
        String group = text.substring(colon + 1);
        OptionalInt gid;
        if (PyInt.isInt(group)) {
            long number = PyInt.parse(group);
            gid = host.accounts().hasGroup(number) ? OptionalInt.of((int) number) : OptionalInt.empty();
        } else {
            gid = host.accounts().group(group);
        }
        if (gid.isEmpty()) {
            throw new BadValueException("Invalid group name " + group);
        }
        return new Owner(uid, gid);
    }
}
