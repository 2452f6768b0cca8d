package corral.daemon.control;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** A whole request. Not changed once it is made. */
final class Request {
    private final HttpRequest head;
    private final String path;
    private final byte[] body;
    private final int rejection;

    private Request(HttpRequest head, String path, byte[] body, int rejection) {
        this.head = head;
        this.path = path;
        this.body = body;
        this.rejection = rejection;
    }

    /**
     * A request to serve.
     *
     * @param path percent-decoded, without the query
     * @param body as it came, empty for none
     */
    static Request of(HttpRequest head, String path, byte[] body) {
        return new Request(head, path, body, 0);
    }

    /** A request to refuse with an HTTP status, after which the connection closes. */
    static Request rejected(HttpRequest head, int status) {
        return new Request(head, head.uri(), new byte[0], status);
    }

    String method() {
        return head.method().name();
    }

    /** As in the request line. */
    String uri() {
        return head.uri();
    }

    String path() {
        return path;
    }

    HttpHeaders headers() {
        return head.headers();
    }

    HttpVersion version() {
        return head.protocolVersion();
    }

    byte[] body() {
        return body;
    }

    /** The HTTP status to refuse it with; 0 to serve it. */
    int rejection() {
        return rejection;
    }

    /** Whether the connection outlives the answer (spec/supervisor.md 4.1). */
    boolean keepAlive() {
        return rejection == 0 && HttpUtil.isKeepAlive(head);
    }

    /** Whether the client understands chunks; older ones read until the connection closes. */
    boolean chunkable() {
        return head.protocolVersion().isKeepAliveDefault();
    }
}
