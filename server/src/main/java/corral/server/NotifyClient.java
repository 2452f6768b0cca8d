package corral.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the supervisor how the front is (sd_notify(3)); does nothing when nobody asked by NOTIFY_SOCKET. While the supervisor is
 * being replaced nobody hears, and what waited to be read is lost with it: what it must know is said again until it is sent,
 * and whenever there is another socket at the path. Any thread.
 */
final class NotifyClient {
    private static final Logger LOG = LoggerFactory.getLogger(NotifyClient.class);
    private static final long AGAIN_MS = 200;
    private static final long LOOK_MS = 1000;

    private final String path;
    private final EventLoop loop;
    // On the loop only, from here on.
    private Channel channel;
    /** What the supervisor must know, empty as long as there is nothing. */
    private String state = "";
    /** The last that was said otherwise. */
    private String remark = "";

    /** Which socket has been told the state, empty while none has. */
    private String told = "";

    private boolean complained;

    private NotifyClient(String path, EventLoop loop) {
        this.path = path;
        this.loop = loop;
    }

    /** @param path of NOTIFY_SOCKET, null if there is none */
    static NotifyClient open(String path, EventLoopGroup group) {
        return new NotifyClient(path == null ? "" : path, group.next());
    }

    /** Whether anybody is told. */
    boolean listens() {
        return !path.isEmpty();
    }

    /** Sends one message, for example a STATUS; it may be lost while nobody reads. */
    void send(String message) {
        if (listens()) {
            loop.execute(() -> {
                remark = message;
                write(message, () -> {});
            });
        }
    }

    /** Sends one message, for example {@code READY=1}, that every supervisor must hear, until another one takes its place. */
    void declare(String message) {
        if (listens()) {
            loop.execute(() -> {
                if (state.isEmpty()) {
                    loop.scheduleAtFixedRate(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
                }
                state = message;
                declare();
            });
        }
    }

    private void declare() {
        String said = state;
        // Before it is sent: rather twice to the new one than only to the old one.
        String socket = socket();
        told = "";
        write(said, () -> {
            if (said.equals(state)) {
                told = socket;
            }
        });
    }

    /** Somebody else may listen there. */
    private void look() {
        String socket = socket();
        if (!told.isEmpty() && !socket.isEmpty() && !told.equals(socket)) {
            forget();
            declare();
            if (!remark.isEmpty()) {
                write(remark, () -> {});
            }
        }
    }

    /** What tells one socket at the path from another; empty when there is none. */
    private String socket() {
        try {
            return path.startsWith("@")
                    ? path
                    : Files.readAttributes(Path.of(path), "unix:ino,ctime").toString();
        } catch (IOException e) {
            return "";
        }
    }

    private void write(String message, Runnable sent) {
        if (channel != null) {
            write(channel, message, sent);
            return;
        }
        new Bootstrap()
                .group(loop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                // Connected: one that is not bound either counts as closed.
                .connect(new DomainSocketAddress(path.startsWith("@") ? "\0" + path.substring(1) : path))
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        forget();
                        channel = connected.channel();
                        write(channel, message, sent);
                    } else {
                        failed(message, connected.cause());
                    }
                });
    }

    private void write(Channel to, String message, Runnable sent) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        to.writeAndFlush(Unpooled.copiedBuffer(bytes)).addListener(written -> {
            if (written.isSuccess()) {
                complained = false;
                sent.run();
            } else {
                // It is connected to the socket of a supervisor that is gone; the next one has another at that path.
                if (channel == to) {
                    forget();
                }
                failed(message, written.cause());
            }
        });
    }

    private void forget() {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    private void failed(String message, Throwable why) {
        if (!complained) {
            complained = true;
            LOG.warn("the supervisor cannot be told {}: {}", message, String.valueOf(why));
        }
        if (message.equals(state) && !loop.isShuttingDown()) {
            loop.schedule(
                    () -> {
                        if (message.equals(state) && told.isEmpty()) {
                            declare();
                        }
                    },
                    AGAIN_MS,
                    TimeUnit.MILLISECONDS);
        }
    }
}
