package corral.daemon.control;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;

/** A request and the one answer it gets. Event loop only. */
final class Exchange {
    private static final String SERVER = "Medusa/1.12";

    private final Connection connection;
    private final Channel channel;
    private final Request request;
    private BodyStream stream;
    private boolean answered;

    Exchange(Connection connection, Channel channel, Request request) {
        this.connection = connection;
        this.channel = channel;
        this.request = request;
    }

    /** What asks a client to send the body it announced. */
    static HttpResponse proceed() {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
    }

    Request request() {
        return request;
    }

    /** Whether an answer was given or begun. */
    boolean isAnswered() {
        return answered;
    }

    /**
     * Goes on, on the event loop, once a future is done: at once if it is done and this is the event loop, not at all
     * once the server has stopped. What {@code then} throws becomes a 500.
     */
    @SuppressWarnings("FutureReturnValueIgnored")
    <T> void whenDone(CompletableFuture<T> future, BiConsumer<? super T, Throwable> then) {
        future.whenComplete((value, failure) -> {
            if (channel.eventLoop().inEventLoop()) {
                proceed(then, value, failure);
                return;
            }
            try {
                channel.eventLoop().execute(() -> proceed(then, value, failure));
            } catch (RejectedExecutionException e) {
                // The server has stopped: nobody is left to answer.
                return;
            }
        });
    }

    private <T> void proceed(BiConsumer<? super T, Throwable> then, T value, Throwable failure) {
        try {
            then.accept(value, failure);
        } catch (RuntimeException e) {
            connection.onFailure(this, e);
        }
    }

    /** Answers with a whole body. */
    void reply(HttpResponseStatus status, String contentType, byte[] body) {
        reply(status, contentType, body, Map.of());
    }

    /** Answers with an error page and closes if the request was rejected. */
    void error(int code) {
        HttpResponseStatus status = HttpResponseStatus.valueOf(code);
        Map<String, String> headers = code == 401 ? Map.of("WWW-Authenticate", "Basic realm=\"default\"") : Map.of();
        reply(status, "text/html", ErrorPage.of(status), headers);
    }

    /** Begins an answer of unknown length. */
    BodyStream stream(String contentType, Map<String, String> headers) {
        boolean chunked = request.chunkable();
        HttpResponse response = new DefaultHttpResponse(request.version(), HttpResponseStatus.OK);
        describe(response.headers(), contentType, headers);
        if (chunked) {
            response.headers().set("Transfer-Encoding", HttpHeaderValues.CHUNKED);
        }
        boolean keepAlive = request.keepAlive() && chunked;
        mark(response.headers(), keepAlive);
        answered = true;
        connection.write(response);
        stream = new BodyStream(connection, channel, keepAlive);
        return stream;
    }

    /** Lets go of what waits for the client, who has gone. */
    void onDisconnected() {
        if (stream != null) {
            stream.onDisconnected();
        }
    }

    void onWritabilityChanged() {
        if (stream != null) {
            stream.onWritabilityChanged();
        }
    }

    private void reply(HttpResponseStatus status, String contentType, byte[] body, Map<String, String> headers) {
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(request.version(), status, Unpooled.wrappedBuffer(body));
        describe(response.headers(), contentType, headers);
        response.headers().set("Content-Length", body.length);
        mark(response.headers(), request.keepAlive());
        answered = true;
        connection.logAccess(request, status.code(), body.length);
        connection.finish(response, request.keepAlive());
    }

    private static void describe(HttpHeaders headers, String contentType, Map<String, String> others) {
        headers.set("Server", SERVER);
        headers.set("Date", HttpDate.of(System.currentTimeMillis()));
        headers.set("Content-Type", contentType);
        others.forEach(headers::set);
    }

    private void mark(HttpHeaders headers, boolean keepAlive) {
        if (!keepAlive) {
            headers.set("Connection", HttpHeaderValues.CLOSE);
        } else if (!request.version().isKeepAliveDefault()) {
            headers.set("Connection", "Keep-Alive");
        }
    }
}
