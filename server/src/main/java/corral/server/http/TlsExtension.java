package corral.server.http;

import corral.server.frames.Marshal;
import corral.server.frames.Scratch;
import corral.server.tls.TlsScope;
import io.netty.channel.Channel;
import java.util.Arrays;
import java.util.function.Consumer;

/** Writes the value of the scope's extension tls, which is known after the handshake and the same for all requests of a connection. */
final class TlsExtension implements Consumer<Scratch> {
    private static final int SIZE = 2048;

    private final Channel channel;
    private byte[] prepared;

    TlsExtension(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void accept(Scratch out) {
        if (prepared == null) {
            Scratch scratch = new Scratch(SIZE);
            write(scratch, TlsScope.of(channel));
            prepared = Arrays.copyOf(scratch.array(), scratch.size());
        }
        out.put(prepared);
    }

    private static void write(Scratch out, TlsScope tls) {
        Marshal.dict(out);
        Marshal.interned(out, "server_cert");
        text(out, tls.serverCertificate());
        Marshal.interned(out, "client_cert_chain");
        Marshal.list(out, tls.clientChain().size());
        for (String certificate : tls.clientChain()) {
            Marshal.text(out, certificate);
        }
        Marshal.interned(out, "client_cert_name");
        text(out, tls.clientName());
        Marshal.interned(out, "client_cert_error");
        text(out, tls.clientError());
        Marshal.interned(out, "tls_version");
        Marshal.integer(out, tls.version());
        Marshal.interned(out, "cipher_suite");
        if (tls.cipherSuite() < 0) {
            Marshal.none(out);
        } else {
            Marshal.integer(out, tls.cipherSuite());
        }
        Marshal.endDict(out);
    }

    private static void text(Scratch out, String value) {
        if (value == null) {
            Marshal.none(out);
        } else {
            Marshal.text(out, value);
        }
    }
}
