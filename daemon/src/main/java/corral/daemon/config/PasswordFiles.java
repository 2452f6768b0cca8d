package corral.daemon.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code /etc/passwd} and {@code /etc/group}, read when first asked for. Users that only a directory service knows are
 * not found: nothing is spawned and no native call is made to look for them. One instance per reading.
 */
final class PasswordFiles implements Accounts {
    private final Path passwd;
    private final Path group;
    private List<Account> users = List.of();
    private List<Group> groups = List.of();
    private boolean loaded;

    private record Group(String name, int gid) {}

    PasswordFiles(Path passwd, Path group) {
        this.passwd = passwd;
        this.group = group;
    }

    @Override
    public Optional<Account> user(String name) {
        load();
        for (Account user : users) {
            if (user.name().equals(name)) {
                return Optional.of(user);
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Account> user(long uid) {
        load();
        for (Account user : users) {
            if (Integer.toUnsignedLong(user.uid()) == uid) {
                return Optional.of(user);
            }
        }
        return Optional.empty();
    }

    @Override
    public OptionalInt group(String name) {
        load();
        for (Group candidate : groups) {
            if (candidate.name().equals(name)) {
                return OptionalInt.of(candidate.gid());
            }
        }
        return OptionalInt.empty();
    }

    @Override
    public boolean hasGroup(long gid) {
        load();
        for (Group candidate : groups) {
            if (Integer.toUnsignedLong(candidate.gid()) == gid) {
                return true;
            }
        }
        return false;
    }

    private void load() {
        if (loaded) {
            return;
        }
        loaded = true;
        users = new ArrayList<>();
        for (List<String> fields : lines(passwd, 6)) {
            long uid = id(fields.get(2));
            long gid = id(fields.get(3));
            if (uid >= 0 && gid >= 0) {
                users.add(new Account(fields.get(0), (int) uid, (int) gid, fields.get(5)));
            }
        }
        groups = new ArrayList<>();
        for (List<String> fields : lines(group, 3)) {
            long gid = id(fields.get(2));
            if (gid >= 0) {
                groups.add(new Group(fields.get(0), (int) gid));
            }
        }
    }

    /** -1 for what is no number: such lines are skipped, as getpwnam does. */
    private static long id(String text) {
        try {
            return Integer.toUnsignedLong(Integer.parseUnsignedInt(text));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static List<List<String>> lines(Path file, int least) {
        List<List<String>> lines = new ArrayList<>();
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return lines; // no database: nobody is known
        }
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            end = end < 0 ? text.length() : end;
            List<String> fields = fields(text.substring(at, end));
            if (fields.size() >= least) {
                lines.add(fields);
            }
            at = end + 1;
        }
        return lines;
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>(7);
        int at = 0;
        for (int colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', at)) {
            fields.add(line.substring(at, colon));
            at = colon + 1;
        }
        fields.add(line.substring(at));
        return fields;
    }
}
