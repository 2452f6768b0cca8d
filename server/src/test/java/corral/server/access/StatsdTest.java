package corral.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.server.proxy.Heads;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsdTest {
    @TempDir
    Path folder;

    private final List<String> sent = new ArrayList<>();

    private Statsd statsd(String prefix, String tags) {
        return new Statsd(sent::add, prefix, tags);
    }

    @Test
    void aRequestIsThreeMetrics() throws Exception {
        Datagrams unused = Datagrams.to("127.0.0.1:1");
        EntrySink sink = new StatsdSink(statsd("pre", "a:b"), unused);
        sink.accept(Entries.of(Heads.with()));
        sink.close();

        assertThat(sent)
                .containsExactly(
                        "pre.gunicorn.request.duration:0.858|ms|#a:b",
                        "pre.gunicorn.requests:1|c|@1.0|#a:b",
                        "pre.gunicorn.request.status.404:1|c|@1.0|#a:b");
    }

    @Test
    void prefixesGetADotUnlessTheyAreOneCharacter() {
        statsd("", "").count("n");
        statsd("pre", "").count("n");
        statsd("pre..", "").count("n");
        statsd("p", "").count("n");

        assertThat(sent).containsExactly("n:1|c|@1.0", "pre.n:1|c|@1.0", "pre.n:1|c|@1.0", "pn:1|c|@1.0");
    }

    @Test
    void durationsArePythonsFloats() {
        statsd("", "").duration("d", 12_000);
        statsd("", "").duration("d", 1_250);
        statsd("", "").gauge("g", 3);

        assertThat(sent).containsExactly("d:12.0|ms", "d:1.25|ms", "g:3|g");
    }

    @Test
    void datagramsGoByUdp() throws Exception {
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Datagrams datagrams = Datagrams.to("127.0.0.1:" + receiver.getLocalPort())) {
            receiver.setSoTimeout(10_000);
            datagrams.accept("x:1|c");
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            receiver.receive(packet);

            assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8))
                    .isEqualTo("x:1|c");
        }
    }

    @Test
    void datagramsGoToUnixSockets() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        String path = folder.resolve("statsd.sock").toString();
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (Datagrams datagrams = Datagrams.to("unix://" + path)) {
            new Bootstrap()
                    .group(group)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                            received.add(packet.content().toString(StandardCharsets.UTF_8));
                        }
                    })
                    .bind(new DomainSocketAddress(path))
                    .syncUninterruptibly();
            datagrams.accept("x:1|c");

            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("x:1|c");
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void aBadTargetIsNamed() {
        assertThatThrownBy(() -> Datagrams.to("localhost:x"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("\"localhost:x\"");
        assertThatThrownBy(() -> Datagrams.to("localhost:99999")).isInstanceOf(IOException.class);
    }
}
