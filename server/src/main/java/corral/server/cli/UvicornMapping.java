package corral.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What uvicorn's parameters are in corral's keys; values are Strings, Longs, Doubles, Booleans and lists, from the command line
 * or from CONFIG_KWARGS of a worker class. Where uvicorn listens is not decided here.
 */
final class UvicornMapping {
    private static final int DAY = 86_400;
    /** Python's ssl.PROTOCOL_TLS and PROTOCOL_TLS_SERVER: any version. */
    private static final List<Long> ANY_TLS = List.of(2L, 16L, 17L);

    private final Surroundings around;
    private final Draft draft;
    private final int refusal;

    /**
     * A mapping.
     *
     * @param refusal exit status for what corral cannot do
     */
    UvicornMapping(Surroundings around, Draft draft, int refusal) {
        this.around = around;
        this.draft = draft;
        this.refusal = refusal;
    }

    /** Applies all that are not null. */
    void apply(Map<String, Object> values) throws RefusedException {
        for (Map.Entry<String, Object> value : values.entrySet()) {
            if (value.getValue() != null) {
                apply(value.getKey(), value.getValue());
            } else if (value.getKey().startsWith("ws_ping_")) {
                draft.set(value.getKey(), 0);
            }
        }
    }

    private void apply(String name, Object value) throws RefusedException {
        switch (name) {
            case "lifespan", "interface", "log_level" -> draft.set(name, text(value));
            case "root_path", "ws_max_size", "ws_max_queue", "ws_per_message_deflate" -> draft.set(name, text(value));
            case "ws_ping_interval", "ws_ping_timeout" -> draft.set(name, text(value));
            case "server_header", "date_header", "use_colors", "reset_contextvars", "factory" ->
                draft.set(name, text(value));
            case "limit_concurrency" -> draft.set(name, text(value));
            case "backlog" -> draft.set(name, clamp(value, 1, 65535));
            case "limit_max_requests" -> draft.set("max_requests", text(value));
            case "limit_max_requests_jitter" -> draft.set("max_requests_jitter", text(value));
            case "timeout_keep_alive" -> draft.set("keepalive", clamp(value, 0, DAY));
            case "timeout_graceful_shutdown" -> graceful(value);
            case "timeout_worker_healthcheck" -> draft.set("timeout", clamp(value, 1, DAY));
            case "h11_max_incomplete_event_size" -> head(value);
            case "access_log" -> draft.set("access_log", yes(value) ? "-" : "");
            case "proxy_headers" -> draft.set(name, yes(value) ? "uvicorn" : "off");
            case "forwarded_allow_ips" -> trusted(value);
            case "headers" -> draft.headers(name, headers(value));
            case "loop" -> draft.set(name, text(value).equals("none") ? "asyncio" : text(value));
            case "http" -> http(text(value));
            case "ws" -> ws(text(value));
            case "log_config" -> draft.set(name, around.absolute(text(value)));
            case "app_dir" -> draft.set(name, around.absolute(text(value)));
            case "reload" -> draft.set(name, text(value));
            case "reload_delay" -> draft.set(name, text(value));
            default -> tls(name, value);
        }
    }

    private void tls(String name, Object value) {
        switch (name) {
            case "ssl_keyfile" -> draft.set("keyfile", around.absolute(text(value)));
            case "ssl_certfile" -> draft.set("certfile", around.absolute(text(value)));
            case "ssl_ca_certs" -> draft.set("ca_certs", around.absolute(text(value)));
            case "ssl_keyfile_password" -> draft.set("keyfile_password", text(value));
            case "ssl_cert_reqs" -> draft.set("cert_reqs", text(value));
            case "ssl_ciphers" -> ciphers(text(value));
            case "ssl_version" -> {
                if (!(value instanceof Long version) || !ANY_TLS.contains(version)) {
                    around.note("setting ssl_version has no effect (TLS 1.2 and newer are spoken)");
                }
            }
            default -> {
                // app, host, port, workers, env_file and lists of files to watch are others' business.
            }
        }
    }

    /** Older versions had TLSv1 as the default text, which is no cipher of today. */
    private void ciphers(String list) {
        if (!list.equals("TLSv1")) {
            draft.set("ciphers", list);
        }
    }

    /** 0 means to wait without a limit. */
    private void graceful(Object value) {
        long seconds = number(value);
        draft.set("graceful_timeout", seconds <= 0 ? DAY : Math.min(seconds, DAY));
    }

    /** Without limits of its own, only the whole head's size counts in uvicorn. */
    private void head(Object value) {
        draft.set("limit_request_head", text(value));
        draft.set("limit_request_line", text(value));
        draft.set("limit_request_field_size", text(value));
    }

    private void trusted(Object value) throws RefusedException {
        List<String> items = new ArrayList<>();
        for (Object item :
                value instanceof List<?> list ? list : List.of(text(value).split(",", -1))) {
            if (!text(item).isBlank()) {
                items.add(text(item).strip());
            }
        }
        draft.list("forwarded_allow_ips", items.isEmpty() ? List.of(NOBODY) : items);
    }

    /** No peer has this address, and an empty list would mean the default. */
    static final String NOBODY = "255.255.255.255";

    private List<String> headers(Object value) throws RefusedException {
        List<String> items = new ArrayList<>();
        for (Object item : (List<?>) value) {
            String header = item instanceof List<?> pair && pair.size() == 2
                    ? text(pair.get(0)) + ":" + text(pair.get(1))
                    : text(item);
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new RefusedException(
                        2, "Error: Invalid value for '--header': '" + header + "' is not NAME:VALUE.");
            }
            items.add(header.substring(0, colon) + ":"
                    + header.substring(colon + 1).strip());
        }
        return items;
    }

    private void http(String value) throws RefusedException {
        if (value.startsWith("zttp")) {
            around.note("setting http has no effect (HTTP/2 is not served yet, HTTP/1.1 is)");
        } else if (value.indexOf(':') >= 0 || value.indexOf('.') >= 0) {
            throw new RefusedException(refusal, "corral: http: '" + value + "' cannot be used, the front speaks HTTP");
        }
    }

    private void ws(String value) throws RefusedException {
        if (value.indexOf(':') >= 0 || value.indexOf('.') >= 0) {
            throw new RefusedException(
                    refusal, "corral: ws: '" + value + "' cannot be used, the front speaks WebSocket");
        }
        draft.set("websocket", !value.equals("none"));
    }

    private static boolean yes(Object value) {
        return value instanceof Boolean flag ? flag : !text(value).equals("false");
    }

    private static long number(Object value) {
        return value instanceof Number number ? (long) Math.ceil(number.doubleValue()) : Long.parseLong(text(value));
    }

    private static long clamp(Object value, long least, long most) {
        return Math.max(least, Math.min(most, number(value)));
    }

    /** A number without needless fraction. */
    static String text(Object value) {
        if (value instanceof Double real && real == Math.rint(real) && Math.abs(real) < 1e15) {
            return Long.toString(real.longValue());
        }
        return Objects.toString(value);
    }
}
