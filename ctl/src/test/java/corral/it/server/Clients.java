package corral.it.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that ask all the time, each on a connection that it keeps as long as the server does, and check each answer. */
final class Clients implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    Clients(int port, int count) {
        this.port = port;
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::run, "client-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    /** How many answers were right. */
    int answered() {
        return answered.get();
    }

    /** Waits for so many more right answers. */
    void awaitMore(int count) {
        int before = answered.get();
        Servers.until(count + " more answers", () -> answered.get() >= before + count || !failures.isEmpty());
    }

    /** What went wrong: method, number and what came instead. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    private void run() {
        while (!ended) {
            try (Wire wire = new Wire(port)) {
                boolean stays = true;
                while (stays && !ended) {
                    stays = ask(wire);
                }
            } catch (IOException e) {
                failures.add("connection: " + e);
            }
        }
    }

    /** Every third request is a POST, every seventh takes some time. */
    private boolean ask(Wire wire) throws IOException {
        int number = turn.incrementAndGet();
        String method = number % 3 == 0 ? "POST" : "GET";
        String body = number % 3 == 0 ? "body-" + number : "";
        String query = number % 7 == 0 ? "0.0" + number : "n" + number;
        String path = number % 7 == 0 ? "/slow" : "/";
        int before = wire.received().length();
        wire.send(method + " " + path + "?" + query + " HTTP/1.1\r\nHost: it\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
        int asked = responses(wire) + 1;
        List<Response> responses = wire.read(List.of(), asked, LIMIT);
        boolean complete = responses.size() >= asked && responses.get(asked - 1).complete();
        Response last = complete ? responses.get(asked - 1) : null;
        if (last != null && last.status() == 200 && last.body().equals(method + " " + query + " " + body)) {
            answered.incrementAndGet();
        } else {
            failures.add(method + " " + number + ": " + wire.side() + " "
                    + wire.received().substring(before));
            return false;
        }
        return !"close".equals(last.header("connection")) && asked < 200;
    }

    private static int responses(Wire wire) throws IOException {
        return Response.parse(wire.received().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), List.of(), false)
                .size();
    }

    /** Bodies of POSTs that an app noted more than once. */
    static List<String> doneTwice(Path file) throws IOException {
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        List<String> twice = new ArrayList<>(lines);
        new java.util.HashSet<>(lines).forEach(twice::remove);
        return twice;
    }

    /** Ends them after their next answer. */
    void end() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join(LIMIT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        end();
    }
}
