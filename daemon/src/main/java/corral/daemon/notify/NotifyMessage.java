package corral.daemon.notify;

import corral.daemon.process.Notification;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines of {@code KEY=value} in UTF-8 (sd_notify(3)); keys that mean nothing here are passed over. No state, any thread. */
final class NotifyMessage {
    /** Characters of a status that are kept. */
    private static final int MAX_STATUS = 300;

    private NotifyMessage() {}

    /** Reads a message; empty when it is none. */
    static Optional<Notification> read(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
        Notification said = Notification.NOTHING;
        boolean any = false;
        for (String line : text.split("\n", -1)) {
            if (line.isEmpty()) {
                continue;
            }
            if (line.indexOf('=') < 1) {
                return Optional.empty();
            }
            said = said.and(line(line));
            any = true;
        }
        return any ? Optional.of(said) : Optional.empty();
    }

    private static Notification line(String line) {
        return new Notification(
                line.equals("READY=1"),
                line.equals("WATCHDOG=1"),
                line.equals("STOPPING=1"),
                value(line, "STATUS="),
                value(line, "X_CORRAL_REPLACE="),
                value(line, "X_CORRAL_LOAD="));
    }

    private static Optional<String> value(String line, String key) {
        return line.startsWith(key) ? Optional.of(clean(line.substring(key.length()))) : Optional.empty();
    }

    /** It goes to terminals and logs. */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        for (int i = 0; i < text.length() && clean.length() < MAX_STATUS; i++) {
            char c = text.charAt(i);
            clean.append(Character.isISOControl(c) ? ' ' : c);
        }
        return clean.toString().strip();
    }
}
