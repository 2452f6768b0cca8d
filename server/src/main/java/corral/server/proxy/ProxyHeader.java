package corral.server.proxy;

import corral.server.http.ProxiedClient;
import corral.server.options.Network;
import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;

/**
 * A header of the PROXY protocol, read from the beginning of a buffer; what was read is taken from the buffer.
 *
 * @param client only if kind is CLIENT
 * @param detail what is wrong, only if kind is BAD
 */
record ProxyHeader(Kind kind, ProxiedClient client, String detail) {
    enum Kind {
        /** Its end is still to come; nothing was taken. */
        INCOMPLETE,
        BAD,
        /** A health check of the proxy itself, or a protocol without addresses: the peer is who it is. */
        NO_CLIENT,
        CLIENT
    }

    private static final ProxyHeader INCOMPLETE = new ProxyHeader(Kind.INCOMPLETE, null, null);
    private static final ProxyHeader NO_CLIENT = new ProxyHeader(Kind.NO_CLIENT, null, null);

    /** Bytes of a line of version 1, its CR LF included. */
    private static final int LONGEST_LINE = 107;

    private static final int FIXED = 16;
    private static final int COMMAND = 12;
    private static final int FAMILY = 13;
    private static final int LENGTH = 14;

    /** Version 1; the buffer begins with {@code PROXY} and a space. */
    static ProxyHeader text(ByteBuf in) {
        int limit = Math.min(in.readableBytes(), LONGEST_LINE);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + limit, (byte) '\n');
        if (end < 0) {
            return limit < LONGEST_LINE ? INCOMPLETE : bad("a line of more than 107 bytes");
        }
        String line = in.readCharSequence(end + 1 - in.readerIndex(), StandardCharsets.ISO_8859_1)
                .toString();
        if (!line.endsWith("\r\n")) {
            return bad("its line does not end with CR LF");
        }
        String[] fields = line.substring(0, line.length() - 2).split(" ", -1);
        if (fields[1].equals("UNKNOWN")) {
            return NO_CLIENT;
        }
        if (fields.length != 6) {
            return bad(fields.length + " fields instead of 6");
        }
        boolean four = fields[1].equals("TCP4");
        if (!four && !fields[1].equals("TCP6")) {
            return bad("neither TCP4 nor TCP6 nor UNKNOWN");
        }
        int port = port(fields[4]);
        int proxyPort = port(fields[5]);
        if (!isAddress(fields[2], four) || !isAddress(fields[3], four) || port < 0 || proxyPort < 0) {
            return bad("an address or port that is none");
        }
        return client(new ProxiedClient(fields[1], fields[2], port, fields[3], proxyPort));
    }

    private static boolean isAddress(String text, boolean four) {
        return Network.bytes(text) != null && four == text.indexOf(':') < 0;
    }

    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port <= 65_535 ? port : -1;
    }

    /** Version 2; the buffer begins with its signature. */
    static ProxyHeader binary(ByteBuf in) {
        if (in.readableBytes() < FIXED) {
            return INCOMPLETE;
        }
        int start = in.readerIndex();
        int version = in.getUnsignedByte(start + COMMAND) >> 4;
        int command = in.getUnsignedByte(start + COMMAND) & 15;
        if (version != 2 || command > 1) {
            return bad("version " + version + ", command " + command);
        }
        int family = in.getUnsignedByte(start + FAMILY);
        int length = in.getUnsignedShort(start + LENGTH);
        if (in.readableBytes() < FIXED + length) {
            return INCOMPLETE;
        }
        in.skipBytes(FIXED + length);
        if (command == 0 || family >> 4 == 0) {
            return NO_CLIENT;
        }
        return switch (family) {
            case 0x11 -> addresses(in, start + FIXED, length, 4, "TCP4");
            case 0x21 -> addresses(in, start + FIXED, length, 16, "TCP6");
            default -> bad("address family and protocol 0x" + Integer.toHexString(family));
        };
    }

    private static ProxyHeader addresses(ByteBuf in, int from, int length, int size, String protocol) {
        if (length < 2 * size + 4) {
            return bad("addresses that are cut off");
        }
        int ports = from + 2 * size;
        return client(new ProxiedClient(
                protocol,
                address(in, from, size),
                in.getUnsignedShort(ports),
                address(in, from + size, size),
                in.getUnsignedShort(ports + 2)));
    }

    private static String address(ByteBuf in, int from, int size) {
        byte[] bytes = new byte[size];
        in.getBytes(from, bytes);
        return NetUtil.bytesToIpAddress(bytes);
    }

    private static ProxyHeader client(ProxiedClient client) {
        return new ProxyHeader(Kind.CLIENT, client, null);
    }

    private static ProxyHeader bad(String detail) {
        return new ProxyHeader(Kind.BAD, null, detail);
    }
}
