package corral.daemon.control;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in one line that no client can be accepted, for want of descriptors as a rule. Netty itself waits a second after each
 * such error; the clients wait in the kernel's queue. Event loop only.
 */
final class AcceptErrors extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final long QUIET_NS = TimeUnit.SECONDS.toNanos(60);

    private long quietUntilNs = System.nanoTime();

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (System.nanoTime() - quietUntilNs >= 0) {
            quietUntilNs = System.nanoTime() + QUIET_NS;
            log.error("control clients have to wait: {}", cause.getMessage());
        }
    }
}
