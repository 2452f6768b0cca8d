package corral.daemon.config;

import corral.daemon.config.ServerKeys.Flag;
import corral.daemon.config.ServerKeys.To;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Builds the command line of a front or worker, quoted so that it is split again into the same words. */
final class ServerCommand {
    /** The first descriptor after the standard ones, as systemd's LISTEN_FDS counts. */
    static final int FIRST_FD = 3;

    private static final String PLAIN = "_@%+=:,./-";

    private final StringBuilder text = new StringBuilder();

    ServerCommand word(Path path) {
        return word(path.toString());
    }

    ServerCommand word(String word) {
        if (text.length() > 0) {
            text.append(' ');
        }
        boolean plain = !word.isEmpty();
        for (int i = 0; i < word.length() && plain; i++) {
            char c = word.charAt(i);
            plain = (c < 128 && Character.isLetterOrDigit(c)) || PLAIN.indexOf(c) >= 0;
        }
        text.append(plain ? word : "'" + word.replace("'", "'\\''") + "'");
        return this;
    }

    /** The flags that one kind of process is given. */
    ServerCommand flags(Map<Flag, List<String>> flags, To part) {
        flags.forEach((flag, values) -> {
            if (flag.goesTo(part)) {
                values.forEach(value -> word(flag.text() + value));
            }
        });
        return this;
    }

    String text() {
        return text.toString();
    }
}
