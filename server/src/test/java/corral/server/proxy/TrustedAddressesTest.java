package corral.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustedAddressesTest {
    private static final SocketAddress UNIX = new DomainSocketAddress("/run/x.sock");

    @Test
    void addressesAndNetworksAreCompared() throws Exception {
        TrustedAddresses trusted =
                TrustedAddresses.of(List.of("127.0.0.1", "10.8.0.0/13", "2001:db8::/32", "::1"), false);

        assertThat(trusted.trusts(peer("127.0.0.1"))).isTrue();
        assertThat(trusted.trusts(peer("127.0.0.2"))).isFalse();
        assertThat(trusted.trusts(peer("10.8.0.0"))).isTrue();
        assertThat(trusted.trusts(peer("10.15.255.255"))).isTrue();
        assertThat(trusted.trusts(peer("10.16.0.0"))).isFalse();
        assertThat(trusted.trusts(peer("2001:db8:ffff::1"))).isTrue();
        assertThat(trusted.trusts(peer("2001:db9::1"))).isFalse();
        assertThat(trusted.trusts(peer("::1"))).isTrue();
        assertThat(trusted.trusts(UNIX)).isFalse();
    }

    @Test
    void allMeansAll() throws Exception {
        TrustedAddresses all = TrustedAddresses.of(List.of("*"), false);

        assertThat(all.trusts(peer("192.0.2.1"))).isTrue();
        assertThat(all.trusts(UNIX)).isTrue();
        assertThat(all.trustsAll()).isTrue();
    }

    @Test
    void aNetworkOfAllAddressesIsNotUnix() throws Exception {
        TrustedAddresses all = TrustedAddresses.of(List.of("0.0.0.0/0"), false);

        assertThat(all.trusts(peer("192.0.2.1"))).isTrue();
        assertThat(all.trusts(peer("2001:db8::1"))).isFalse();
        assertThat(all.trusts(UNIX)).isFalse();
    }

    @Test
    void unixPeersAreTrustedByNameOrByHabit() {
        assertThat(TrustedAddresses.of(List.of("unix"), false).trusts(UNIX)).isTrue();
        assertThat(TrustedAddresses.of(List.of(), true).trusts(UNIX)).isTrue();
        assertThat(TrustedAddresses.of(List.of(), false).trusts(UNIX)).isFalse();
    }

    @Test
    void textsAreTrustedLikePeersAndWordsByThemselves() {
        TrustedAddresses trusted = TrustedAddresses.of(List.of("10.0.0.0/8", "proxy"), false);

        assertThat(trusted.trusts("10.1.2.3")).isTrue();
        assertThat(trusted.trusts("::ffff:10.1.2.3")).isTrue();
        assertThat(trusted.trusts("proxy")).isTrue();
        assertThat(trusted.trusts("unknown")).isFalse();
        assertThat(trusted.trusts("")).isFalse();
    }

    private static SocketAddress peer(String address) throws Exception {
        return new InetSocketAddress(InetAddress.getByName(address), 1);
    }
}
