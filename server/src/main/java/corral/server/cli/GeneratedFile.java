package corral.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration that corrald runs. Its folder is private and also the daemon's runtime directory, so that the daemon, which
 * empties and removes that at its end, leaves nothing behind. Main thread only.
 *
 * @param path of the file; its folder is made when it is missing
 */
record GeneratedFile(Path path) {
    private static final String PASSWORD = "password=";

    /** The folder. */
    Path folder() {
        return path.toAbsolutePath().getParent();
    }

    /** Makes the folder if there is none, for its owner only. */
    void makeFolder() throws IOException {
        if (!Files.isDirectory(folder(), LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(folder().getParent());
            Files.createDirectory(
                    folder(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /**
     * Writes the draft; nobody ever sees half of it.
     *
     * @param around where the command was typed
     * @param command its words, for making the file anew
     * @throws RefusedException when a value cannot be written in the daemon's dialect
     */
    void write(Draft draft, Surroundings around, List<String> command) throws IOException, RefusedException {
        String text = text(draft, knownPassword().orElseGet(GeneratedFile::password), again(around, command));
        Path fresh = Files.createTempFile(folder(), "corral", ".new");
        Files.writeString(fresh, text, StandardCharsets.UTF_8);
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Of the file that is to be replaced: the daemon and its clients go on with it. */
    private Optional<String> knownPassword() throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        return Files.readAllLines(path, StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith(PASSWORD))
                .map(line -> line.substring(PASSWORD.length()))
                .findFirst();
    }

    /** The command that makes the file anew, by the launcher; empty where it was not the launcher that started this. */
    private Optional<String> again(Surroundings around, List<String> command) throws RefusedException {
        String home = System.getProperty("corral.installation", "");
        if (home.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder line = new StringBuilder(quoted(home + "/bin/corral")).append(" --translate-again ");
        line.append(quoted(path.toString()))
                .append(' ')
                .append(quoted(around.directory().toString()));
        line.append(around.hasColours() ? " colours" : " plain");
        command.forEach(word -> line.append(' ').append(quoted(word)));
        return Optional.of(IniValue.escape("regenerate", line.toString()));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private String text(Draft draft, String password, Optional<String> again) throws RefusedException {
        StringBuilder out = new StringBuilder(2048);
        String socket = IniValue.escape("file", folder().resolve("control.sock").toString());
        out.append("; Made by: ")
                .append(draft.title().replace('\n', ' ').replace('\r', ' '))
                .append('\n');
        section(out, "unix_http_server");
        line(out, "file", socket);
        credentials(out, password);
        section(out, "rpcinterface:supervisor");
        line(out, "supervisor.rpcinterface_factory", "supervisor.rpcinterface:make_main_rpcinterface");
        section(out, "supervisorctl");
        line(out, "serverurl", "unix://" + socket);
        credentials(out, password);
        daemon(out, draft, again);
        section(out, "server:" + draft.name());
        for (Map.Entry<String, String> value : draft.values().entrySet()) {
            line(out, value.getKey(), IniValue.escape(value.getKey(), value.getValue()));
        }
        if (!draft.environment().isEmpty()) {
            line(out, "environment", IniValue.escape("environment", IniValue.environment(draft.environment())));
        }
        return out.toString();
    }

    /** The daemon's own lines are none of the user's business until something is wrong. */
    private void daemon(StringBuilder out, Draft draft, Optional<String> again) throws RefusedException {
        Path pidFile = draft.pidFile().orElse(folder().resolve("corrald.pid"));
        section(out, "supervisord");
        line(out, "nodaemon", Boolean.toString(!draft.detached()));
        line(out, "silent", "true");
        line(out, "logfile", draft.detached() ? "/dev/null" : "/dev/stderr");
        line(out, "logfile_maxbytes", "0");
        line(out, "loglevel", "error");
        line(out, "pidfile", IniValue.escape("pidfile", pidFile.toString()));
        line(out, "identifier", "corral");
        if ("root".equals(System.getProperty("user.name"))) {
            // Whoever types the command as root means it.
            line(out, "user", "root");
        }
        line(out, "runtime_dir", IniValue.escape("runtime_dir", folder().toString()));
        line(out, "childlogdir", IniValue.escape("childlogdir", folder().toString()));
        line(out, "hangup", "reload");
        again.ifPresent(command -> line(out, "regenerate", command));
    }

    /** The socket is private anyhow; with a password the daemon does not warn that it has none. */
    private static void credentials(StringBuilder out, String password) {
        line(out, "username", "corral");
        out.append(PASSWORD).append(password).append('\n');
    }

    private static String password() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static void section(StringBuilder out, String name) {
        out.append("\n[").append(name).append("]\n");
    }

    private static void line(StringBuilder out, String key, String escaped) {
        out.append(key).append('=').append(escaped).append('\n');
    }
}
