package corral.daemon.config;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One control server, {@code [unix_http_server]} or {@code [inet_http_server]} (spec/supervisor.md 2.2).
 *
 * @param section header text, for messages
 * @param origin of the section
 * @param address where it listens
 * @param username basic auth user; empty when there is no authentication
 * @param password plain, or {@code {SHA}} and 40 hex digits
 */
public record HttpServerConfig(
        String section, Origin origin, Address address, Optional<String> username, Optional<String> password) {

    /** Where a control server listens. */
    public sealed interface Address {

        /** The same for the same place, however its file is to be owned: {@code unix:PATH} or {@code HOST:PORT}. */
        String text();

        /**
         * A TCP socket.
         *
         * @param host name or address; empty for all interfaces
         * @param port 1-65535
         */
        record Inet(String host, int port) implements Address {
            @Override
            public String text() {
                return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
            }
        }

        /**
         * A Unix socket.
         *
         * @param path absolute
         * @param mode permission bits, default 0700
         * @param uid owner; empty leaves it alone
         * @param gid group; empty leaves it alone
         */
        record Unix(String path, int mode, OptionalInt uid, OptionalInt gid) implements Address {
            @Override
            public String text() {
                return "unix:" + path;
            }
        }
    }
}
