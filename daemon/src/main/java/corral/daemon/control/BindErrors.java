package corral.daemon.control;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;

/** Turns what the JDK throws while a server is opened into Supervisor's start-up message. */
final class BindErrors {
    private static final String PREFIX = "Cannot open an HTTP server: socket.error reported ";

    /** The JDK keeps only strerror's text, where scripts look for the number. */
    private static final Map<String, String> NUMBERS = Map.of(
            "Permission denied", "errno.EACCES (13)",
            "Operation not permitted", "errno.EPERM (1)",
            "No such file or directory", "errno.ENOENT (2)",
            "Not a directory", "errno.ENOTDIR (20)",
            "Read-only file system", "errno.EROFS (30)",
            "No space left on device", "errno.ENOSPC (28)",
            "Too many open files", "errno.EMFILE (24)",
            "Cannot assign requested address", "errno.EADDRNOTAVAIL (99)",
            "Is a directory", "errno.EISDIR (21)");

    private BindErrors() {}

    /** The exception for the operator; {@code section} only helps where Supervisor has no words of its own. */
    static ControlServerException describe(String section, Throwable cause) {
        String text = text(cause);
        if (text.startsWith("Address already in use")) {
            return new ControlServerException(ControlServerException.ALREADY_LISTENING, cause);
        }
        if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
            return new ControlServerException(PREFIX + "-2 (unknown host in [" + section + "])", cause);
        }
        return new ControlServerException(PREFIX + NUMBERS.getOrDefault(text, text), cause);
    }

    private static String text(Throwable cause) {
        if (cause instanceof AccessDeniedException) {
            return "Permission denied";
        }
        if (cause instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (cause instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        if (cause instanceof IOException && cause.getMessage() != null) {
            return ofSystem(cause.getMessage());
        }
        return String.valueOf(cause);
    }

    /** What Netty's native sockets throw begins with {@code bind(..) failed with error(-98): }. */
    private static String ofSystem(String message) {
        int end = message.indexOf("): ");
        return message.contains("(..) failed") && end >= 0 ? message.substring(end + 3) : message;
    }
}
