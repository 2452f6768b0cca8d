package corral.daemon.config;

import corral.daemon.config.Accounts.Account;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What reading a configuration may ask of the machine.
 *
 * @param cwd what relative paths are relative to, absolute
 * @param env the daemon's own environment
 * @param nodeName the kernel's name for the machine
 * @param home where corral is installed: the folder with {@code bin} and {@code lib}
 * @param trusting whether every directory is taken to exist: what is read has been read and found good before
 */
record Host(Path cwd, Map<String, String> env, Accounts accounts, String nodeName, Path home, boolean trusting) {
    private static final Path NODE_NAME = Path.of("/proc/sys/kernel/hostname");

    /** This machine. */
    static Host local(Path cwd, Map<String, String> env, Accounts accounts, Path home) {
        String name;
        try {
            name = new String(Files.readAllBytes(NODE_NAME), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            name = env.getOrDefault("HOSTNAME", "localhost"); // no /proc
        }
        return new Host(cwd, env, accounts, name, home, false);
    }

    /** The same machine, of which no directory is looked at any more. */
    Host asTrusting() {
        return new Host(cwd, env, accounts, nodeName, home, true);
    }

    /** The path made absolute; empty when the file system cannot have such a name. */
    Optional<Path> absolute(String path) {
        try {
            return Optional.of(cwd.resolve(path).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Whether a path names a directory that exists. */
    boolean isDirectory(String path) {
        try {
            return !path.isEmpty() && (trusting || Files.isDirectory(cwd.resolve(path)));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** The path with a leading {@code ~} or {@code ~user} replaced by the home directory, if that is known. */
    String expandUser(String path) {
        if (path.isEmpty() || path.charAt(0) != '~') {
            return path;
        }
        int slash = path.indexOf('/');
        int end = slash < 0 ? path.length() : slash;
        Optional<String> home =
                end == 1 ? ownHome() : accounts.user(path.substring(1, end)).map(Account::home);
        if (home.isEmpty()) {
            return path;
        }
        String base = home.get();
        while (base.endsWith("/")) {
            base = base.substring(0, base.length() - 1);
        }
        String expanded = base + path.substring(end);
        return expanded.isEmpty() ? "/" : expanded;
    }

    private Optional<String> ownHome() {
        String home = env.get("HOME");
        if (home != null) {
            return Optional.of(home);
        }
        try {
            Integer uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            return accounts.user(Integer.toUnsignedLong(uid)).map(Account::home);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** Where temporary files go, as Python's tempfile finds it. */
    Path tempDirectory() {
        for (String candidate : new String[] {
            env.getOrDefault("TMPDIR", ""),
            env.getOrDefault("TEMP", ""),
            env.getOrDefault("TMP", ""),
            "/tmp",
            "/var/tmp",
            "/usr/tmp"
        }) {
            Optional<Path> path = candidate.isEmpty() ? Optional.empty() : absolute(candidate);
            if (path.isPresent() && Files.isDirectory(path.get()) && Files.isWritable(path.get())) {
                return path.get();
            }
        }
        return cwd;
    }
}
