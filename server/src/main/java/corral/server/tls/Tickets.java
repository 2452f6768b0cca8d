package corral.server.tls;

import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import java.security.SecureRandom;

/** The keys of one server name's session tickets (RFC 5077, RFC 8446 4.6.1), random and for all event loops. Not thread-safe. */
final class Tickets {
    private final SecureRandom random;
    private OpenSslSessionTicketKey current;
    private OpenSslSessionTicketKey previous;

    Tickets(SecureRandom random) {
        this.random = random;
        rotate();
    }

    /** New tickets get a new key; those made with the key before still count. */
    void rotate() {
        previous = current;
        current = new OpenSslSessionTicketKey(
                bytes(OpenSslSessionTicketKey.NAME_SIZE),
                bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                bytes(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    /** Makes a context use these keys. The JDK has its own. */
    void apply(SslContext context) {
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            if (previous == null) {
                sessions.setTicketKeys(current);
            } else {
                sessions.setTicketKeys(current, previous);
            }
        }
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
