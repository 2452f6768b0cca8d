package corral.it.lifecycle;

import corral.it.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What wrk, which is not ours, counts while workers come and go: as many requests as the server can take, on 32 connections.
 *
 * @param skipped why it was not asked; null if it was
 * @param requests that were answered
 * @param connect connections that failed
 * @param read connections that ended or broke before a whole answer
 * @param write the same while a request was written
 * @param timeout answers that took more than 10 s
 * @param status answers other than 2xx and 3xx
 */
record SecondOpinion(
        On what,
        String server,
        String skipped,
        long requests,
        long connect,
        long read,
        long write,
        long timeout,
        long status) {
    private static final List<String> HEADS = List.of(
            "wrk", "server", "requests", "connect errors", "read errors", "write errors", "timeouts", "not 2xx");

    /** Which scenario. */
    enum On {
        RELOAD("20 rolling reloads a minute"),
        /** As in the settings that people use in production; 50 would be a new worker every few milliseconds here. */
        RECYCLE("max_requests=1000, jitter 50");

        private final String title;

        On(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    static SecondOpinion ask(On what, String server, Effort effort) throws Exception {
        Setup setup = Setup.workers(2).app(effort.app());
        if (what == On.RECYCLE) {
            setup = setup.maxRequests(1000, 50);
        }
        try (Lab lab = new Lab("load-wrk");
                Target target = Trial.start(lab, server, setup)) {
            Path out = target.site().dir().resolve("wrk");
            int seconds = (int) Math.ceil(effort.seconds());
            List<String> command = List.of(
                    "wrk",
                    "-t1",
                    "-c32",
                    "-d" + seconds,
                    "--timeout",
                    "10s",
                    "http://127.0.0.1:" + target.port() + "/");
            Process wrk = lab.start(target.site().dir(), command, out, out);
            try {
                Scenario during = what == On.RELOAD ? Scenario.RELOAD : Scenario.STEADY;
                during.run(new Course(target, seconds));
            } catch (Unsupported e) {
                wrk.destroy();
                return new SecondOpinion(what, server, e.getMessage(), 0, 0, 0, 0, 0, 0);
            }
            if (!wrk.waitFor(seconds + 60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("wrk does not end");
            }
            return read(what, server, Files.readString(out));
        }
    }

    private static SecondOpinion read(On what, String server, String text) {
        long requests = number(text, "(\\d+) requests in");
        if (requests == 0) {
            return new SecondOpinion(
                    what, server, text.strip().lines().findFirst().orElse("no output"), 0, 0, 0, 0, 0, 0);
        }
        return new SecondOpinion(
                what,
                server,
                null,
                requests,
                number(text, "connect (\\d+)"),
                number(text, "read (\\d+)"),
                number(text, "write (\\d+)"),
                number(text, "timeout (\\d+)"),
                number(text, "Non-2xx or 3xx responses: (\\d+)"));
    }

    private static long number(String text, String regex) {
        Matcher matcher = Pattern.compile(regex).matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    static String table(List<SecondOpinion> rows) {
        return Table.of(HEADS, rows.stream().map(SecondOpinion::row));
    }

    private String row() {
        if (skipped != null) {
            return Table.line(List.of(what.title, server, "skipped: " + skipped));
        }
        return Table.line(List.of(
                what.title,
                server,
                Long.toString(requests),
                Long.toString(connect),
                Long.toString(read),
                Long.toString(write),
                Long.toString(timeout),
                Long.toString(status)));
    }
}
