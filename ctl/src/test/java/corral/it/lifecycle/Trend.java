package corral.it.lifecycle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A figure over time, and whether it stays where it is. What comes in the first quarter is warm-up and does not count.
 *
 * @param name for people
 * @param unit of the values
 * @param allowed growth between the first and the last third after the warm-up that is no growth
 */
record Trend(String name, String unit, double allowed, List<Double> values) {
    private static final int FEWEST = 100;

    Trend(String name, String unit, double allowed) {
        this(name, unit, allowed, new ArrayList<>());
    }

    void add(double value) {
        values.add(value);
    }

    private List<Double> counted() {
        return values.subList(values.size() / 4, values.size());
    }

    private static double median(List<Double> some) {
        List<Double> sorted = new ArrayList<>(some);
        Collections.sort(sorted);
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    double early() {
        List<Double> all = counted();
        return median(all.subList(0, all.size() / 3));
    }

    double late() {
        List<Double> all = counted();
        return median(all.subList(all.size() - all.size() / 3, all.size()));
    }

    /** Change per hour by least squares, for a sample each so many seconds. */
    double perHour(double secondsBetween) {
        List<Double> all = counted();
        double middle = (all.size() - 1) / 2.0;
        double mean = all.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        double products = 0;
        double squares = 0;
        for (int i = 0; i < all.size(); i++) {
            products += (i - middle) * (all.get(i) - mean);
            squares += (i - middle) * (i - middle);
        }
        return squares == 0 ? 0 : products / squares * 3600 / secondsBetween;
    }

    double highest() {
        return counted().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    /** Whether it does not grow; of too short a time, while a JVM still grows into its work, nobody can tell, and it counts as flat. */
    boolean flat() {
        return values.size() < FEWEST || late() - early() <= allowed;
    }
}
