package corral.daemon.control;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.slf4j.Logger;

/**
 * What the connections of one server share. Event loop only.
 *
 * @param auth who may pass
 * @param peers whether a client may connect at all
 * @param routes in the order in which they are asked
 * @param connections of all servers
 */
record Site(BasicAuth auth, Predicate<Channel> peers, List<Route> routes, Connections connections, Logger logger) {

    /** Whether a new client is served at all; if so it is noted. */
    boolean admits(Channel channel) {
        if (!peers.test(channel)) {
            logger.warn("Connection refused: the peer is neither root nor the owner of the socket");
            return false;
        }
        if (!connections.add(channel)) {
            logger.warn("Connection refused: too many clients");
            return false;
        }
        return true;
    }

    /** Answers a request, or has it answered later. */
    void handle(Exchange exchange) {
        try {
            if (exchange.request().rejection() != 0) {
                exchange.error(exchange.request().rejection());
            } else {
                dispatch(exchange);
            }
        } catch (RuntimeException e) {
            fail(exchange, e);
        }
    }

    /** Logs what was not foreseen and tells the client as much as can be told. */
    void fail(Exchange exchange, RuntimeException failure) {
        logger.error("Server Error: " + exchange.request().path(), failure);
        if (!exchange.isAnswered()) {
            exchange.error(500);
        }
    }

    private void dispatch(Exchange exchange) {
        for (Route route : routes) {
            if (route.matches(exchange.request().path())) {
                route.handle(exchange);
                return;
            }
        }
        boolean reads = exchange.request().method().equals("GET")
                || exchange.request().method().equals("HEAD");
        exchange.error(reads ? 404 : 400);
    }

    /** Writes the access line. */
    void logAccess(Channel channel, Request request, int status, int bytes) {
        if (!logger.isTraceEnabled()) {
            return;
        }
        String client = channel.remoteAddress() instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : "localhost:0";
        String now = OffsetDateTime.now(ZoneId.systemDefault())
                .format(DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT));
        logger.trace(
                "{} - - [{}] \"{} {} {}\" {} {}",
                client,
                now,
                request.method(),
                request.uri(),
                request.version(),
                status,
                bytes);
    }
}
