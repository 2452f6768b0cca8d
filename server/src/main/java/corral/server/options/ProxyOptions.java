package corral.server.options;

import java.util.List;

/**
 * What proxies in front may say.
 *
 * @param protocol whether connections begin with a PROXY header
 * @param protocolAllowed addresses that may send one
 * @param forwardedAllowed addresses whose forwarded headers count: addresses, networks, {@code *}, {@code unix}
 * @param headers which forwarded headers are read
 * @param secureSchemeHeaders gunicorn's secure_scheme_headers; names in lower case
 * @param forwarderHeaders names with an underscore that a trusted peer may send; {@code *} for all
 */
public record ProxyOptions(
        Protocol protocol,
        List<String> protocolAllowed,
        List<String> forwardedAllowed,
        Headers headers,
        List<HttpOptions.NameValue> secureSchemeHeaders,
        List<String> forwarderHeaders) {
    public ProxyOptions {
        protocolAllowed = List.copyOf(protocolAllowed);
        forwardedAllowed = List.copyOf(forwardedAllowed);
        secureSchemeHeaders = List.copyOf(secureSchemeHeaders);
        forwarderHeaders = List.copyOf(forwarderHeaders);
    }

    /** Versions of the PROXY protocol that are understood. */
    public enum Protocol {
        OFF,
        V1,
        V2,
        AUTO
    }

    /** Which headers are read: none; only the scheme's; X-Forwarded-For and -Proto; those and RFC 7239's Forwarded. */
    public enum Headers {
        OFF,
        SCHEME,
        UVICORN,
        FORWARDED
    }
}
