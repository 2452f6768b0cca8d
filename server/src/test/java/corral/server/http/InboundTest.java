package corral.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class InboundTest {
    private int reads;

    private final ChannelInboundHandlerAdapter handler = new ChannelInboundHandlerAdapter();
    private final EmbeddedChannel channel = new EmbeddedChannel(handler) {
        @Override
        protected void doBeginRead() {
            reads++;
        }
    };
    private final Inbound in = new Inbound(channel.pipeline().context(handler));

    @Test
    void whatWasPausedIsReadAgain() {
        in.pause();
        int before = reads;
        in.resume();
        assertThat(reads).isGreaterThan(before);
    }

    /** A write that fails closes the channel before its handlers hear of it; epoll does not know its socket any more. */
    @Test
    void aClosedChannelIsNotAskedToRead() {
        in.pause();
        channel.close();
        int before = reads;
        in.resume();
        assertThat(reads).isEqualTo(before);
    }
}
