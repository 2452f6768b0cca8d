package corral.daemon.logging;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The file of the activity log as long as it can be written; when it cannot, because the disk is full for instance, lines wait
 * in memory and it is tried again each second. When even the memory for that is full, further lines are counted only. That
 * it is over is written with how long it took. One thread uses it.
 */
final class PatientWriter {
    /** Characters that wait. */
    private static final long LIMIT = 2 << 20;

    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    /** What cannot be written to the log itself. */
    interface Complaint {
        void say(String text);
    }

    private final RotatingWriter file;
    private final LongSupplier clock;
    private final Complaint complaint;
    private final ArrayDeque<String> waiting = new ArrayDeque<>();
    private long characters;
    private long lost;
    private long sinceNs;
    private long retryNs;
    private String reason = "";

    /**
     * A writer.
     *
     * @param clock monotonic, in nanoseconds
     * @param complaint hears once that the file cannot be written
     */
    PatientWriter(RotatingWriter file, LongSupplier clock, Complaint complaint) {
        this.file = file;
        this.clock = clock;
        this.complaint = complaint;
    }

    /** Writes a line, now or when it is possible again. */
    void write(String line) {
        if (reason.isEmpty()) {
            try {
                file.write(line);
                if (file.takeMade()) {
                    file.write(LineFormat.warning(
                            System.currentTimeMillis(),
                            "the directory of the activity log was gone, it has been made again"));
                }
            } catch (IOException e) {
                keep(line);
                failed(e);
            }
            return;
        }
        keep(line);
        retry();
    }

    /** Tries again if it is time. */
    void retry() {
        if (reason.isEmpty() || clock.getAsLong() - retryNs < 0) {
            return;
        }
        try {
            while (!waiting.isEmpty()) {
                file.write(waiting.peek());
                characters -= waiting.remove().length();
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(clock.getAsLong() - sinceNs);
            file.write(LineFormat.warning(
                    System.currentTimeMillis(),
                    "the activity log could not be written for " + seconds + " s (" + reason + "), "
                            + (lost == 0 ? "nothing was lost" : lost + " lines were lost")));
            reason = "";
            lost = 0;
        } catch (IOException e) {
            retryNs = clock.getAsLong() + RETRY_NS;
        }
    }

    /** Whether lines wait. */
    boolean isWaiting() {
        return !reason.isEmpty();
    }

    /** The file itself, after a last try. */
    RotatingWriter file() {
        return file;
    }

    private void keep(String line) {
        if (characters + line.length() > LIMIT) {
            lost++;
            return;
        }
        waiting.add(line);
        characters += line.length();
    }

    private void failed(IOException why) {
        reason = String.valueOf(why.getMessage());
        sinceNs = clock.getAsLong();
        retryNs = sinceNs + RETRY_NS;
        complaint.say("the activity log cannot be written: " + reason + "; lines wait in memory");
    }
}
