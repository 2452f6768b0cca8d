package corral.daemon.process;

import java.util.Optional;

/**
 * How busy the workers of a server are, as its front says each second in which something has changed.
 *
 * @param queueMs longest time for which a request waited for a worker in that second, in milliseconds
 * @param waiting requests that wait now
 * @param busy share of the workers' places in use, 0-1
 * @param workers ready workers
 */
record Load(long queueMs, int waiting, double busy, int workers) {

    /** Reads {@code queue_ms=12 waiting=3 busy=0.83 workers=4}; empty when it is not such a text. Other words are passed over. */
    static Optional<Load> parse(String text) {
        long queueMs = -1;
        int waiting = 0;
        double busy = -1;
        int workers = -1;
        try {
            for (String word : text.split(" ", -1)) {
                int equals = word.indexOf('=');
                String value = word.substring(equals + 1);
                switch (equals < 0 ? "" : word.substring(0, equals)) {
                    case "queue_ms" -> queueMs = Long.parseLong(value);
                    case "waiting" -> waiting = Integer.parseInt(value);
                    case "busy" -> busy = Double.parseDouble(value);
                    case "workers" -> workers = Integer.parseInt(value);
                    default -> {}
                }
            }
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
        boolean good = queueMs >= 0 && busy >= 0 && workers >= 0;
        return good ? Optional.of(new Load(queueMs, waiting, busy, workers)) : Optional.empty();
    }
}
