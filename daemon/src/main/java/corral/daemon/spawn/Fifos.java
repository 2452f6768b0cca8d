package corral.daemon.spawn;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Names of the FIFOs in the runtime directory. */
public final class Fifos {
    private final Path directory;

    /** FIFOs in a directory that only the daemon can enter. */
    public Fifos(Path directory) {
        this.directory = directory;
    }

    /** Path of one FIFO; {@code kind} is stdin, stdout or stderr. */
    public String path(String group, String process, String kind) {
        return directory
                .resolve(encode(group) + ":" + encode(process) + "." + kind)
                .toString();
    }

    /** Expansions may smuggle anything into a name; only harmless characters go into the file system as they are. */
    static String encode(String name) {
        StringBuilder safe = new StringBuilder(name.length());
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '_' || (c == '.' && safe.length() > 0))) {
                safe.append(c);
            } else {
                safe.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return safe.toString();
    }
}
