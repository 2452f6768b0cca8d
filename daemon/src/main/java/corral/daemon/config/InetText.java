package corral.daemon.config;

import corral.daemon.config.HttpServerConfig.Address.Inet;
import corral.daemon.ini.PyInt;
import corral.daemon.ini.PyText;

/** {@code host:port} as a value (spec/supervisor.md 1.2). No state, any thread. */
final class InetText {
    private static final int MAX_PORT = 65535;

    private InetText() {}

    static Inet address(String text) throws BadValueException {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            long port = PyInt.isInt(text) ? PyInt.parse(text) : 0;
            if (port < 1 || port > MAX_PORT) {
                throw new BadValueException("not a valid port number: " + PyText.repr(text) + " ");
            }
            return new Inet("", (int) port);
        }
        String host = PyText.lower(text.substring(0, colon));
        String port = text.substring(colon + 1);
        if (port.isEmpty()) {
            throw new BadValueException("no port number specified in ''");
        }
        long number = Types.integer(port);
        if (number < 1) {
            throw new BadValueException(number + " is below lower bound (1)");
        }
        if (number > MAX_PORT) {
            throw new BadValueException(number + " is above upper bound (65535)");
        }
        return new Inet(host.equals("*") ? "" : host, (int) number);
    }
}
