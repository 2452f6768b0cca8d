package corral.it.load;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * One WebSocket after the other to an application that echoes: each message has a number, and must come back once and in order. When
 * the server closes it, the next one is opened. Belongs to the event loop.
 */
final class EchoSocket {
    private static final long RETRY_MS = 50;
    private static final int LARGEST = 400;

    private final EventLoop loop;
    private final LoadPlan plan;
    private final String name;
    private final Tally tally;
    private final RandomGenerator random;
    private int generation;
    private Session session;
    private boolean stopping;

    EchoSocket(EventLoop loop, LoadPlan plan, String name, Tally tally, RandomGenerator random) {
        this.loop = loop;
        this.plan = plan;
        this.name = name;
        this.tally = tally;
        this.random = random;
    }

    void start() {
        open();
        tick();
    }

    private void tick() {
        if (stopping) {
            return;
        }
        if (session != null) {
            session.sendNext();
        }
        long meanMs = (long) (1000 / plan.echoes());
        loop.schedule(this::tick, meanMs / 2 + random.nextLong(meanMs + 1), TimeUnit.MILLISECONDS);
    }

    /** No more messages; closed in order as soon as all have come back. */
    void stop() {
        stopping = true;
        if (session != null && session.unanswered.isEmpty()) {
            session.finish();
        }
    }

    boolean idle() {
        return session == null;
    }

    private void open() {
        if (stopping) {
            session = null;
            return;
        }
        Session opened = new Session(name + "." + generation++);
        session = opened;
        WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri((plan.tls().isPresent() ? "wss" : "ws") + "://localhost:" + plan.port() + "/ws")
                .handleCloseFrames(false)
                .sendCloseFrame(null)
                .handshakeTimeoutMillis(plan.timeout().toMillis())
                .dropPongFrames(true)
                .build();
        Connections.connect(loop, plan, new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        Connections.tls(plan.tls(), channel);
                        channel.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(65536),
                                        new WebSocketClientProtocolHandler(config),
                                        opened);
                    }
                })
                .addListener((ChannelFuture future) -> {
                    if (!future.isSuccess()) {
                        opened.fail(
                                Verdict.REFUSED, String.valueOf(future.cause().getMessage()), 0);
                        reopen(opened);
                    }
                });
    }

    private void reopen(Session ended) {
        if (session == ended) {
            session = null;
            if (!stopping) {
                loop.schedule(this::open, RETRY_MS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private record Message(int number, String text, long sentNs) {}

    /** One connection. */
    private final class Session extends SimpleChannelInboundHandler<WebSocketFrame> {
        private final String id;
        private final Deque<Message> unanswered = new ArrayDeque<>();
        private ChannelHandlerContext context;
        private long openedNs = System.nanoTime();
        private long pid;
        private int next;
        private boolean upgraded;
        private boolean ended;
        private String reason = "";

        Session(String id) {
            this.id = id;
        }

        void sendNext() {
            if (!upgraded || ended) {
                return;
            }
            StringBuilder text = new StringBuilder(id).append(' ').append(next).append(' ');
            random.ints(random.nextInt(LARGEST), 'a', 'z' + 1).forEach(text::appendCodePoint);
            Message message = new Message(next++, text.toString(), System.nanoTime());
            unanswered.add(message);
            tally.asked(Shape.SOCKET);
            loop.schedule(() -> expire(message), plan.timeout().toMillis(), TimeUnit.MILLISECONDS);
            context.writeAndFlush(new TextWebSocketFrame(message.text));
        }

        private void expire(Message message) {
            if (!ended && unanswered.contains(message)) {
                end(Verdict.LOST, "no echo of message " + message.number + " in time", 0);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                context = ctx;
                upgraded = true;
                if (stopping) {
                    finish();
                }
            } else if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
                end(Verdict.TIMEOUT, "handshake", 0);
                ctx.close();
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame text) {
                onEcho(text.text());
            } else if (frame instanceof PingWebSocketFrame ping) {
                ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
            } else if (frame instanceof CloseWebSocketFrame close) {
                onClose(ctx, close);
            }
        }

        /** An echo is the worker's pid, a blank and the message. */
        private void onEcho(String text) {
            String[] words = text.split(" ", 4);
            Message message = unanswered.peekFirst();
            if (words.length < 4 || !words[1].equals(id)) {
                end(Verdict.MISDELIVERED, words.length < 2 ? text : "an echo for " + words[1], 0);
                return;
            }
            pid = Long.parseLong(words[0]);
            int number = Integer.parseInt(words[2]);
            if (message == null || number < message.number) {
                end(Verdict.DUPLICATED, "echo of message " + number + " again", 0);
            } else if (number > message.number) {
                end(Verdict.LOST, "echo of message " + number + " where " + message.number + " was due", 0);
            } else if (!text.substring(words[0].length() + 1).equals(message.text)) {
                end(Verdict.CORRUPT, "echo of message " + number, 0);
            } else {
                unanswered.removeFirst();
                tally.echoed();
                if (stopping && unanswered.isEmpty()) {
                    finish();
                }
            }
        }

        private void onClose(ChannelHandlerContext ctx, CloseWebSocketFrame close) {
            int code = close.statusCode();
            String text = close.reasonText();
            ctx.writeAndFlush(new CloseWebSocketFrame(Math.max(code, 1000), ""));
            if (code != 1012 && code != 1001 && code != 1000) {
                end(Verdict.ABNORMAL, text, code);
            } else if (!ended) {
                List<String> open = new ArrayList<>();
                unanswered.forEach(message -> open.add(id + ":" + message.number));
                tally.closed(code, open);
                over();
            }
            ctx.channel().closeFuture().addListener(future -> reopen(this));
            loop.schedule(() -> ctx.close(), 2, TimeUnit.SECONDS);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (reason.isEmpty()) {
                reason = String.valueOf(cause.getMessage());
            }
            ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (upgraded) {
                end(Verdict.ABNORMAL, "without a close frame; " + reason, 1006);
            } else {
                end(reason.isEmpty() ? Verdict.CLOSED : Verdict.RESET, "handshake: " + reason, 0);
            }
            reopen(this);
        }

        /** Closes it from our side. */
        private void finish() {
            over();
            if (context != null) {
                context.writeAndFlush(new CloseWebSocketFrame(1000, ""));
                context.channel().closeFuture().addListener(future -> reopen(this));
                loop.schedule(() -> context.close(), 2, TimeUnit.SECONDS);
            }
        }

        private void end(Verdict verdict, String detail, int code) {
            if (!ended) {
                fail(verdict, detail, code);
                over();
                if (context != null) {
                    context.close();
                }
            }
        }

        private void over() {
            ended = true;
            unanswered.clear();
        }

        /** The first message without an answer stands for the whole. */
        private void fail(Verdict verdict, String detail, int code) {
            Message first = unanswered.peekFirst();
            long sentNs = first == null ? openedNs : first.sentNs;
            String key = id + ":" + (first == null ? next : first.number);
            tally.failed(new Failure(key, Shape.SOCKET, verdict, detail, code, sentNs, System.nanoTime(), pid));
        }
    }
}
