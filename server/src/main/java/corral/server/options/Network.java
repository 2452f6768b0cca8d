package corral.server.options;

import io.netty.util.NetUtil;
import java.util.Optional;

/** An IP network or a single address. Immutable. */
public final class Network {
    private final byte[] address;
    private final int prefix;

    /**
     * @param address 4 or 16 bytes, zero after the prefix
     * @param prefix bits that count
     */
    private Network(byte[] address, int prefix) {
        this.address = address;
        this.prefix = prefix;
    }

    /** Reads {@code ADDRESS} or {@code ADDRESS/PREFIX}; empty if it is neither or has bits after the prefix. */
    public static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return Optional.empty();
        }
        int bits = address.length * 8;
        Optional<Long> prefix = slash < 0 ? Optional.of((long) bits) : FlagTypes.number(text.substring(slash + 1));
        return prefix.filter(value -> value >= 0 && value <= bits)
                .map(value -> new Network(address, value.intValue()))
                .filter(Network::isWithoutHostBits);
    }

    /**
     * The address in a text, without asking DNS.
     *
     * @return 4 or 16 bytes, null if it is no address; an IPv4 address mapped into IPv6 is the IPv4 address
     */
    public static byte[] bytes(String text) {
        // Netty's reader also takes [v6] and v6%zone, which are no addresses of a peer.
        if (text.isEmpty() || text.indexOf('[') >= 0 || text.indexOf('%') >= 0) {
            return null;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        return bytes == null ? null : unmapped(bytes);
    }

    /** Whether an address of 4 or 16 bytes is in this network. */
    public boolean contains(byte[] candidate) {
        if (candidate.length != address.length) {
            return false;
        }
        int whole = prefix >> 3;
        for (int i = 0; i < whole; i++) {
            if (candidate[i] != address[i]) {
                return false;
            }
        }
        int rest = prefix & 7;
        return rest == 0 || ((candidate[whole] ^ address[whole]) & 0xff) >>> (8 - rest) == 0;
    }

    private boolean isWithoutHostBits() {
        for (int bit = prefix; bit < address.length * 8; bit++) {
            if ((address[bit >> 3] & (0x80 >> (bit & 7))) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The IPv4 address inside an IPv6 address that stands for one (RFC 4291 2.5.5.2); any other as it is. */
    public static byte[] unmapped(byte[] bytes) {
        if (bytes.length != 16 || bytes[10] != -1 || bytes[11] != -1) {
            return bytes;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return bytes;
            }
        }
        return new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]};
    }
}
