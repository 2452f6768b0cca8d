package corral.daemon.spawn;

import corral.daemon.os.DescriptorLink;
import corral.daemon.os.OsException;
import corral.daemon.process.Spawner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * A process that has loaded a server's application, as who launches workers sees it. Requests are served on a thread of its
 * own, one after the other, so that an application that takes its time holds up nobody else.
 */
final class Template {

    /**
     * A worker that is to be.
     *
     * @param request whose answer it is
     * @param environment {@code KEY=VALUE}, complete
     */
    record Order(Spawner.Request request, List<String> arguments, List<String> environment, ChildStdio.Ends stdio) {}

    /** What came of an order. */
    sealed interface Answer {

        /** The worker runs and is the daemon's child. */
        record Forked(int pid) implements Answer {}

        /** The worker would not have become the daemon's child; there is none. */
        record Orphan() implements Answer {}

        /** The template is gone, or does not answer; there is no worker. */
        record Gone() implements Answer {}

        /** The template lives, but there is no worker. */
        record Failed(String reason) implements Answer {}
    }

    private enum State {
        LOADING,
        READY,
        GONE
    }

    private record Waiting(Order order, Consumer<Answer> answer) {}

    private static final String PID = "pid ";

    private final int launch;
    private final DescriptorLink link;
    private final ExecutorService thread;
    /** Orders from before the application was loaded; guarded by itself, as every change of the state is. */
    private final List<Waiting> waiting = new ArrayList<>();

    private volatile State state = State.LOADING;
    /** Whether another daemon is about to take over; guarded as the orders are. */
    private boolean paused;

    /** One whose process has been launched by the launch of that number. */
    Template(String name, int launch, DescriptorLink link) {
        this(name, launch, link, false);
    }

    /** {@code loaded}: whether an earlier daemon has heard that the application is loaded. */
    Template(String name, int launch, DescriptorLink link, boolean loaded) {
        this.launch = launch;
        this.link = link;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(null, task, name);
            made.setDaemon(true);
            return made;
        });
        if (loaded) {
            state = State.READY;
        } else {
            thread.execute(this::awaitReady);
        }
    }

    /** The number of its launch. */
    int launch() {
        return launch;
    }

    /**
     * Its connection, for the next daemon, once orders that are under way are answered; empty if the process is gone. From then
     * on nothing is read from it.
     */
    OptionalInt handOver() {
        synchronized (waiting) {
            paused = true;
        }
        if (state == State.READY) {
            finishOrders();
        }
        return isGone() ? OptionalInt.empty() : OptionalInt.of(link.descriptor());
    }

    /** Nobody has taken over. */
    void goOn() {
        synchronized (waiting) {
            paused = false;
            waiting.notifyAll();
        }
    }

    private void finishOrders() {
        try {
            thread.submit(() -> {}).get();
        } catch (RejectedExecutionException | ExecutionException e) {
            // It has been released; there is no order either.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it has loaded the application. */
    boolean isReady() {
        return state == State.READY;
    }

    /** Whether there is no such process any more. */
    boolean isGone() {
        return link.isOver();
    }

    /** Has a worker forked, as soon as the application is loaded; the answer is given on the template's thread. */
    void fork(Order order, Consumer<Answer> answer) {
        synchronized (waiting) {
            if (state == State.LOADING) {
                waiting.add(new Waiting(order, answer));
                return;
            }
        }
        try {
            thread.execute(() -> answer.accept(fork(order)));
        } catch (RejectedExecutionException e) {
            answer.accept(new Answer.Gone());
        }
    }

    /** An order that still waits for the application is not wanted any more. */
    void cancel(Spawner.Request request) {
        List<Waiting> cancelled = new ArrayList<>();
        synchronized (waiting) {
            waiting.stream()
                    .filter(order -> order.order().request().equals(request))
                    .forEach(cancelled::add);
            waiting.removeAll(cancelled);
        }
        cancelled.forEach(order -> order.answer().accept(new Answer.Failed("stopped")));
    }

    /** No more orders; the process ends by itself when it sees that nobody has any. */
    void release() {
        link.shutDown();
        if (!thread.isShutdown()) {
            thread.execute(link::close);
            thread.shutdown();
        }
    }

    private void awaitReady() {
        boolean loaded = false;
        try {
            loaded = link.await();
        } catch (OsException e) {
            link.shutDown();
        }
        List<Waiting> early;
        synchronized (waiting) {
            awaitLeave();
            if (loaded) {
                link.skip();
            }
            state = loaded ? State.READY : State.GONE;
            early = List.copyOf(waiting);
            waiting.clear();
        }
        early.forEach(order -> order.answer().accept(fork(order.order())));
    }

    /** What the process has said is the next daemon's to hear, if there is one. */
    private void awaitLeave() {
        while (paused) {
            try {
                waiting.wait();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private Answer fork(Order order) {
        if (state != State.READY) {
            return new Answer.Gone();
        }
        try {
            ChildStdio.Ends stdio = order.stdio();
            link.send(message(order), stdio.stdin(), stdio.stdout(), stdio.stderr());
            return answer(link.readLine());
        } catch (OsException e) {
            // Gone, or hanging: then it must not answer an old order when it goes on.
            link.shutDown();
            return new Answer.Gone();
        }
    }

    private static Answer answer(String line) {
        if (line.startsWith(PID)) {
            return new Answer.Forked(Integer.parseInt(line.substring(PID.length())));
        }
        return line.equals("orphan") ? new Answer.Orphan() : new Answer.Failed(line.replaceFirst("^error ", ""));
    }

    private static byte[] message(Order order) {
        StringBuilder fields = new StringBuilder();
        fields.append(order.arguments().size()).append('\0');
        order.arguments().forEach(field -> fields.append(field).append('\0'));
        order.environment().forEach(field -> fields.append(field).append('\0'));
        byte[] payload = fields.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(payload.length)
                .put(payload)
                .array();
    }
}
