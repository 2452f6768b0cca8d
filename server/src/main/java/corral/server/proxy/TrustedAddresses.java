package corral.server.proxy;

import corral.server.options.Network;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;

/** Peers whose word counts. Immutable, any thread; never asks DNS. */
public final class TrustedAddresses {
    private final boolean all;
    private final boolean unix;
    private final Network[] networks;
    private final Set<String> words;

    private TrustedAddresses(boolean all, boolean unix, List<String> texts) {
        this.all = all;
        this.unix = unix;
        networks = texts.stream().flatMap(text -> Network.parse(text).stream()).toArray(Network[]::new);
        words = Set.copyOf(texts);
    }

    /**
     * Reads a list.
     *
     * @param texts addresses, networks, {@code *} for everybody, {@code unix} for peers on Unix sockets; other words are only compared
     * @param unix whether peers on Unix sockets are trusted in any case, as gunicorn does
     */
    public static TrustedAddresses of(List<String> texts, boolean unix) {
        boolean all = texts.contains("*");
        return new TrustedAddresses(all, unix || all || texts.contains("unix"), texts);
    }

    /** Whether everybody is trusted. */
    public boolean trustsAll() {
        return all;
    }

    /** Whether a connection's other end is trusted. */
    public boolean trusts(SocketAddress peer) {
        if (all) {
            return true;
        }
        if (peer instanceof InetSocketAddress address) {
            return !address.isUnresolved() && contains(address.getAddress().getAddress());
        }
        return unix && peer instanceof DomainSocketAddress;
    }

    /** Whether an address in a header is trusted. */
    boolean trusts(String host) {
        if (all || words.contains(host)) {
            return true;
        }
        byte[] bytes = Network.bytes(host);
        return bytes != null && contains(bytes);
    }

    private boolean contains(byte[] address) {
        byte[] bytes = Network.unmapped(address);
        for (Network network : networks) {
            if (network.contains(bytes)) {
                return true;
            }
        }
        return false;
    }
}
