package corral.it.load;

import java.util.Arrays;

/** How long requests took, from the time that each was due. Belongs to the event loop; {@link #copy} is anyone's. */
public final class Latencies {
    private long[] ns = new long[1024];
    private int count;

    void add(long duration) {
        if (count == ns.length) {
            ns = Arrays.copyOf(ns, 2 * count);
        }
        ns[count++] = duration;
    }

    /** A copy in ascending order. */
    Latencies copy() {
        Latencies copy = new Latencies();
        copy.ns = Arrays.copyOf(ns, count);
        copy.count = count;
        Arrays.sort(copy.ns);
        return copy;
    }

    /**
     * Milliseconds that this share of the requests did not exceed; of a copy only.
     *
     * @param share from 0 to 1; 1 is the longest
     */
    public double ms(double share) {
        return count == 0 ? 0 : ns[Math.max(0, (int) Math.ceil(share * count) - 1)] / 1e6;
    }
}
