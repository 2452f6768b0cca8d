package corral.daemon.spawn;

import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open descriptors that an earlier daemon, or the service manager, has handed to this one, by name. Each is taken once, by
 * the part that has given it the name. Any thread.
 */
public final class Bag {
    private final ConcurrentHashMap<String, Integer> left;

    /** What was handed over; all of it is close-on-exec. */
    public Bag(Map<String, Integer> descriptors) {
        this.left = new ConcurrentHashMap<>(descriptors);
    }

    /** Nothing was. */
    public static Bag empty() {
        return new Bag(Map.of());
    }

    /** The descriptor of that name, which is the caller's from now on. */
    public OptionalInt take(String name) {
        Integer fd = left.remove(name);
        return fd == null ? OptionalInt.empty() : OptionalInt.of(fd);
    }

    /** All whose names begin so, which are the caller's from now on. */
    public Map<String, Integer> takeAll(String prefix) {
        Map<String, Integer> taken = left(prefix);
        taken.keySet().removeIf(name -> take(name).isEmpty());
        return taken;
    }

    /** What nobody has taken, of those whose names begin so. */
    public Map<String, Integer> left(String prefix) {
        Map<String, Integer> some = new TreeMap<>();
        left.forEach((name, fd) -> {
            if (name.startsWith(prefix)) {
                some.put(name, fd);
            }
        });
        return some;
    }
}
