package corral.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real socket of a supervisor that is replaced. */
class NotifyClientTest {
    @TempDir
    private Path dir;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Channel supervisor() throws Exception {
        Path path = dir.resolve("notify");
        Files.deleteIfExists(path);
        return new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        heard.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(path.toString()))
                .sync()
                .channel();
    }

    private String next() throws InterruptedException {
        return heard.poll(20, TimeUnit.SECONDS);
    }

    private NotifyClient client() {
        return NotifyClient.open(dir.resolve("notify").toString(), group);
    }

    @Test
    void theStateIsDeclaredToEachSupervisorOnceAndTheLastRemarkWithIt() throws Exception {
        Channel first = supervisor();
        NotifyClient client = client();
        client.declare("READY=1");
        client.send("X_CORRAL_LOAD=1");
        assertThat(next()).isEqualTo("READY=1");
        assertThat(next()).isEqualTo("X_CORRAL_LOAD=1");
        assertThat(heard.poll(2500, TimeUnit.MILLISECONDS)).isNull();
        first.close().sync();
        supervisor();
        assertThat(next()).isEqualTo("READY=1");
        assertThat(next()).isEqualTo("X_CORRAL_LOAD=1");
        client.send("X_CORRAL_LOAD=2");
        assertThat(next()).isEqualTo("X_CORRAL_LOAD=2");
    }

    @Test
    void whatNobodyCouldHearIsSaidWhenSomebodyCan() throws Exception {
        NotifyClient client = client();
        client.declare("READY=1");
        client.send("lost");
        assertThat(heard.poll(500, TimeUnit.MILLISECONDS)).isNull();
        supervisor();
        assertThat(next()).isEqualTo("READY=1");
    }

    @Test
    void theLastStateIsTheOneThatCounts() throws Exception {
        Channel first = supervisor();
        NotifyClient client = client();
        client.declare("READY=1");
        assertThat(next()).isEqualTo("READY=1");
        client.declare("STOPPING=1");
        assertThat(next()).isEqualTo("STOPPING=1");
        first.close().sync();
        supervisor();
        assertThat(next()).isEqualTo("STOPPING=1");
    }

    @Test
    void withoutASocketNothingIsSaid() {
        NotifyClient client = NotifyClient.open(null, group);
        client.declare("READY=1");
        assertThat(client.listens()).isFalse();
    }
}
