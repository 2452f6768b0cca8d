package corral.daemon.control;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Carries bytes from a source to a client: reads on the file threads, writes on the event loop, never reads ahead of a
 * client that does not keep up, looks again after a while when there is nothing.
 */
// What a read throws goes to onRead.
@SuppressWarnings("FutureReturnValueIgnored")
final class StreamPump {
    private static final int POLL_MS = 100;

    private final ByteSource source;
    private final BodyStream sink;
    private final FileThreads files;
    private final EventLoop loop;
    private boolean reading;
    private ScheduledFuture<?> poll;

    StreamPump(ByteSource source, BodyStream sink, FileThreads files, EventLoop loop) {
        this.source = source;
        this.sink = sink;
        this.files = files;
        this.loop = loop;
    }

    /** Begins. Event loop. */
    void start() {
        sink.listen(this::read, this::onClosed);
        read();
    }

    private void read() {
        if (reading || poll != null || !sink.isOpen() || !sink.isWritable()) {
            return;
        }
        reading = true;
        files.call(source::next).whenComplete((bytes, failure) -> onLoop(() -> onRead(bytes, failure)));
    }

    private void onRead(byte[] bytes, Throwable failure) {
        reading = false;
        if (!sink.isOpen()) {
            close();
        } else if (failure != null) {
            close();
            sink.abort();
        } else if (bytes == null) {
            close();
            sink.end();
        } else if (bytes.length > 0) {
            sink.write(bytes);
            read();
        } else {
            poll = loop.schedule(this::onPoll, POLL_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void onPoll() {
        poll = null;
        read();
    }

    private void onClosed() {
        if (poll != null) {
            poll.cancel(false);
            poll = null;
        }
        // A read that is under way will find the sink closed and close the source then.
        if (!reading) {
            close();
        }
    }

    private void close() {
        files.call(() -> {
            source.close();
            return null;
        });
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            close();
        }
    }
}
