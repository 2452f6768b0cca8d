package corral.server.cli;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Optional;

/**
 * Tries the addresses of a draft, so that an occupied port ends the command at once and on its terminal, as it does with the
 * programs whose command lines these are. Main thread only.
 *
 * @param tries how often an occupied port is tried, at least 1
 * @param pauseMs between two tries
 */
record BindCheck(int tries, long pauseMs) {

    /** Gunicorn waits for a predecessor that is just going. */
    static final BindCheck PATIENT = new BindCheck(5, 1_000);

    static final BindCheck ONCE = new BindCheck(1, 0);

    /** How a program words what is wrong. */
    interface Words {
        /** An occupied port, before the next try. */
        void busy(String host, int port);

        /** It cannot be used. */
        RefusedException unusable(String host, int port, String reason);

        /** The path of a Unix socket is another kind of file. */
        RefusedException noSocket(String path);
    }

    void check(Draft draft, Words words) throws RefusedException {
        boolean shared = "true".equals(draft.values().get("reuse_port"));
        for (String bind : draft.values().getOrDefault("bind", "127.0.0.1:8000").split(",", -1)) {
            if (bind.startsWith("unix:")) {
                unix(bind.substring(5), words);
            } else if (!shared && !bind.startsWith("fd:") && bind.indexOf(':') >= 0) {
                tcp(bind, words);
            }
        }
    }

    private static void unix(String path, Words words) throws RefusedException {
        Path file = Path.of(path);
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.readAttributes(file, BasicFileAttributes.class).isOther()) {
                throw words.noSocket(path);
            }
        } catch (IOException e) {
            // The daemon will say what it thinks of it.
        }
    }

    private void tcp(String bind, Words words) throws RefusedException {
        int colon = bind.lastIndexOf(':');
        String written = bind.substring(0, colon);
        String host = written.startsWith("[") ? written.substring(1, written.length() - 1) : written;
        String digits = bind.substring(colon + 1);
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return; // a mistake that the daemon names
        }
        int port = Integer.parseInt(digits);
        if (port == 0) {
            return; // the kernel will find one
        }
        for (int left = tries; ; left--) {
            Optional<String> failure = attempt(host, port);
            if (failure.isEmpty()) {
                return;
            }
            boolean busy = failure.get().contains("already in use");
            if (!busy || left <= 1) {
                throw words.unusable(host, port, failure.get());
            }
            words.busy(host, port);
            pause();
        }
    }

    private static Optional<String> attempt(String host, int port) {
        try {
            InetAddress address = InetAddress.getByName(host.isEmpty() ? "0.0.0.0" : host);
            boolean six = address instanceof Inet6Address;
            try (ServerSocketChannel channel =
                    ServerSocketChannel.open(six ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET)) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(new InetSocketAddress(address, port), 1);
                return Optional.empty();
            }
        } catch (BindException e) {
            return Optional.of(String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT));
        } catch (UnknownHostException e) {
            return Optional.of("the name of the host is unknown");
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT));
        }
    }

    private void pause() throws RefusedException {
        try {
            Thread.sleep(pauseMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(130, "");
        }
    }
}
