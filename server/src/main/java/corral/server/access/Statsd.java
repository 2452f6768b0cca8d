package corral.server.access;

import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Metrics under gunicorn's names, one per datagram, in statsd's text form. Stateless but for where it sends to; any thread if that allows it. */
public final class Statsd {
    /** gunicorn's rule; a prefix of one character gets no dot. */
    private static final Pattern DOTTED = Pattern.compile("^(.+[^.]+)\\.*$");

    private final Consumer<String> datagrams;
    private final String prefix;
    private final String tags;

    /**
     * @param datagrams sends one, best effort
     * @param prefix before each name, may be empty
     * @param tags dogstatsd's, may be empty
     */
    Statsd(Consumer<String> datagrams, String prefix, String tags) {
        this.datagrams = datagrams;
        this.prefix = DOTTED.matcher(prefix).replaceFirst("$1.");
        this.tags = tags.isEmpty() ? "" : "|#" + tags;
    }

    /** Counts one. */
    public void count(String name) {
        send(name, "1|c|@1.0");
    }

    /** Tells a level. */
    public void gauge(String name, long value) {
        send(name, value + "|g");
    }

    /** Tells how long something took. */
    public void duration(String name, long micros) {
        StringBuilder value = new StringBuilder(16);
        value.append(micros / 1000).append('.');
        long fraction = micros % 1000;
        String digits = Long.toString(1000 + fraction).substring(1);
        int end = 3;
        while (end > 1 && digits.charAt(end - 1) == '0') {
            end--;
        }
        value.append(digits, 0, end).append("|ms");
        send(name, value.toString());
    }

    private void send(String name, String value) {
        datagrams.accept(prefix + name + ":" + value + tags);
    }
}
