package corral.it.load;

import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Optional;

/**
 * What load is put on which server.
 *
 * @param port on 127.0.0.1
 * @param tls for HTTPS, empty for HTTP
 * @param only the one shape of all requests; empty for the mix
 * @param rate requests per second of all shapes together, WebSockets apart
 * @param keepAlive connections for those that reuse them, used in turn; further requests wait for a free one
 * @param sockets WebSockets, always open
 * @param echoes messages per second of each WebSocket
 * @param timeout for a whole response, from its sending
 * @param think at most so long does the application pretend to work, in milliseconds
 * @param seed for everything that is random
 */
public record LoadPlan(
        int port,
        Optional<SslContext> tls,
        Optional<Shape> only,
        double rate,
        int keepAlive,
        int sockets,
        double echoes,
        Duration timeout,
        int think,
        long seed) {
    /** A mix of everything at a rate. */
    public static LoadPlan mixed(int port, double rate) {
        return new LoadPlan(port, Optional.empty(), Optional.empty(), rate, 48, 8, 3, Duration.ofSeconds(30), 15, 1);
    }

    public LoadPlan withTls(SslContext context) {
        return new LoadPlan(port, Optional.of(context), only, rate, keepAlive, sockets, echoes, timeout, think, seed);
    }

    public LoadPlan withTimeout(Duration limit) {
        return new LoadPlan(port, tls, only, rate, keepAlive, sockets, echoes, limit, think, seed);
    }

    public LoadPlan withSockets(int count, double messages) {
        return new LoadPlan(port, tls, only, rate, keepAlive, count, messages, timeout, think, seed);
    }

    public LoadPlan withSeed(long value) {
        return new LoadPlan(port, tls, only, rate, keepAlive, sockets, echoes, timeout, think, value);
    }

    /** Requests of one shape, without WebSockets, on this many connections if it keeps them. */
    public LoadPlan only(Shape shape, int connections) {
        return new LoadPlan(port, tls, Optional.of(shape), rate, connections, 0, echoes, timeout, think, seed);
    }
}
