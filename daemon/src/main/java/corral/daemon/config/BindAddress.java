package corral.daemon.config;

/** Where a server listens. */
public sealed interface BindAddress {

    /**
     * A TCP address.
     *
     * @param host name or number; an IPv6 number is without brackets
     * @param port 0-65535, 0 lets the kernel choose
     * @param v6Only whether an IPv6 socket must leave IPv4 alone, because another address of the server has the port there
     */
    record Tcp(String host, int port, boolean v6Only) implements BindAddress {
        /** As Gunicorn names it in messages. */
        @Override
        public String toString() {
            return "('" + host + "', " + port + ")";
        }
    }

    /** A Unix socket; an absolute path. */
    record Unix(String path) implements BindAddress {
        @Override
        public String toString() {
            return "'" + path + "'";
        }
    }

    /** A listening socket that corrald was started with. */
    record Inherited(int fd) implements BindAddress {
        @Override
        public String toString() {
            return "fd://" + fd;
        }
    }
}
