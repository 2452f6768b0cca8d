package corral.daemon.control;

import corral.daemon.rpc.MalformedRpcException;
import corral.daemon.rpc.MethodCall;
import corral.daemon.rpc.XmlRpcReader;
import corral.daemon.rpc.XmlRpcWriter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** XML-RPC at {@code /RPC2} (spec/supervisor.md 4.1). Event loop only. */
final class RpcRoute implements Route {
    private static final String XML = "text/xml";
    private static final int LOGGED_CHARS = 200;

    private final Supplier<MethodTable> build;
    private final FileThreads files;
    private final EventLoop loop;
    private final Logger logger;
    private MethodTable table;

    /**
     * Serves the methods of a table.
     *
     * @param build makes the table when the first call comes, since the daemon starts faster without
     */
    RpcRoute(Supplier<MethodTable> build, FileThreads files, EventLoop loop, Logger logger) {
        this.build = build;
        this.files = files;
        this.loop = loop;
        this.logger = logger;
    }

    @Override
    public boolean matches(String path) {
        return path.startsWith("/RPC2");
    }

    @Override
    public void handle(Exchange exchange) {
        Request request = exchange.request();
        if (!request.method().equals("POST")) {
            exchange.error(400);
        } else if (!request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            exchange.error(411);
        } else {
            decode(exchange);
        }
    }

    private void decode(Exchange exchange) {
        MethodCall call;
        try {
            call = XmlRpcReader.readCall(exchange.request().body());
        } catch (MalformedRpcException e) {
            logger.error("XML-RPC request is invalid: {}", e.getMessage());
            exchange.error(400);
            return;
        }
        if (table == null) {
            table = build.get();
        }
        String method = shortened(call.method());
        logger.trace("XML-RPC method called: {}()", method);
        exchange.whenDone(table.call(call.method(), call.params()), (value, failure) -> {
            if (failure == null) {
                answer(exchange, value);
                logger.trace("XML-RPC method {}() returned successfully", method);
            } else {
                refuse(exchange, method, failure);
            }
        });
    }

    private void answer(Exchange exchange, Object value) {
        if (StreamedReply.isNeeded(value)) {
            StreamedReply reply = StreamedReply.of(value);
            new StreamPump(reply, exchange.stream(XML, Map.of()), files, loop).start();
        } else {
            exchange.reply(HttpResponseStatus.OK, XML, XmlRpcWriter.writeResponse(value));
        }
    }

    private void refuse(Exchange exchange, String method, Throwable failure) {
        FaultMapping.Answer answer = FaultMapping.answer(failure);
        if (answer.isExpected()) {
            logger.atLevel(answer.level())
                    .log("XML-RPC method {}() returned fault: [{}] {}", method, answer.fault(), answer.text());
            exchange.reply(HttpResponseStatus.OK, XML, XmlRpcWriter.writeFault(answer.fault(), answer.text()));
        } else {
            logger.error(
                    "XML-RPC method " + method + "() raised an unexpected exception", FaultMapping.unwrap(failure));
            exchange.error(500);
        }
    }

    private static String shortened(String method) {
        return method.length() <= LOGGED_CHARS ? method : method.substring(0, LOGGED_CHARS) + "...";
    }
}
