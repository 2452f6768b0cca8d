package corral.server.access;

import corral.server.exchange.RequestHead;
import corral.server.frames.ResponseHead;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Function;

/**
 * gunicorn's atoms, and {@code Q} (seconds that a request waited for a worker) and {@code W} (index of the worker). What is unknown is {@code -}.
 */
final class Atoms {
    private static final String NONE = "-";
    private static final int MICROS = 1_000_000;
    private static final int MILLI = 1_000;

    private Atoms() {}

    /** The atom of a name as it stands between the parentheses. */
    static Atom named(String name, LogClock clock) {
        if (name.startsWith("{")) {
            return inBraces(name.toLowerCase(Locale.ROOT));
        }
        return switch (name) {
            case "h" -> (out, entry) -> Escaped.append(out, host(entry));
            case "u" -> (out, entry) -> Escaped.append(out, user(entry));
            case "t" -> (out, entry) -> out.append(clock.commonLogFormat());
            case "r" -> request(head -> head.method() + " " + head.target() + " HTTP/1." + head.minorVersion());
            case "m" -> request(RequestHead::method);
            case "U" -> request(head -> Paths.decoded(head.rawPath()));
            case "q" -> request(RequestHead::query);
            case "H" -> request(head -> "HTTP/1." + head.minorVersion());
            case "s" -> (out, entry) -> out.append(entry.status());
            case "b", "B" -> (out, entry) -> out.append(entry.bodyBytes());
            case "f" -> header("referer");
            case "a" -> header("user-agent");
            case "T" -> (out, entry) -> out.append(Elapsed.micros(entry) / MICROS);
            case "M" -> (out, entry) -> out.append(Elapsed.micros(entry) / MILLI);
            case "D" -> (out, entry) -> out.append(Elapsed.micros(entry));
            case "L" -> (out, entry) -> Elapsed.appendSeconds(out, Elapsed.micros(entry));
            case "p" -> Atoms::process;
            case "Q" -> (out, entry) -> Elapsed.appendSeconds(out, Math.max(0, entry.queueNanos() / MILLI));
            case "W" -> Atoms::worker;
            default -> (out, entry) -> out.append(NONE);
        };
    }

    /** Whether a name is that of an atom; others are {@code -} always. */
    static boolean isKnown(String name) {
        return name.startsWith("{") || (name.length() == 1 && "hlutrmUqHsbBfaTMDLpQW".contains(name));
    }

    private static Atom request(Function<RequestHead, String> part) {
        return (out, entry) -> Escaped.append(out, entry.head() == null ? NONE : part.apply(entry.head()));
    }

    private static Atom inBraces(String name) {
        int end = name.lastIndexOf('}');
        if (end != name.length() - 2) {
            return (out, entry) -> out.append(NONE);
        }
        String key = name.substring(1, end);
        return switch (name.charAt(end + 1)) {
            case 'i' -> header(key);
            case 'o' -> (out, entry) -> Escaped.append(out, responseHeader(entry.response(), key));
            case 'e' -> environ(key);
            default -> (out, entry) -> out.append(NONE);
        };
    }

    private static Atom header(String name) {
        return (out, entry) -> {
            String value = entry.head() == null ? null : entry.head().lastHeader(name);
            Escaped.append(out, value == null ? NONE : value);
        };
    }

    private static String responseHeader(ResponseHead response, String name) {
        for (int i = response == null ? -1 : response.count() - 1; i >= 0; i--) {
            if (response.isNamed(i, name)) {
                return response.value(i);
            }
        }
        return NONE;
    }

    /** The keys of a WSGI environ (PEP 3333) that the front knows. */
    private static Atom environ(String key) {
        return switch (key) {
            case "request_method" -> request(RequestHead::method);
            case "raw_uri" -> request(RequestHead::target);
            case "path_info" -> request(head -> Paths.decoded(head.rawPath()));
            case "query_string" -> request(RequestHead::query);
            case "server_protocol" -> request(head -> "HTTP/1." + head.minorVersion());
            case "script_name" -> (out, entry) -> {};
            case "remote_addr" -> (out, entry) -> Escaped.append(out, host(entry));
            case "remote_port" -> (out, entry) -> out.append(entry.clientPort());
            case "wsgi.url_scheme" -> (out, entry) -> out.append(entry.scheme());
            case "content_type", "content_length" -> header(key.replace('_', '-'));
            default -> key.startsWith("http_") ? header(key.substring(5).replace('_', '-')) : header("");
        };
    }

    /** Empty on Unix sockets, as REMOTE_ADDR is. */
    static String host(AccessEntry entry) {
        return entry.clientHost() == null ? "" : entry.clientHost();
    }

    /** The user of Basic authentication (RFC 7617); the password is never looked at. */
    private static String user(AccessEntry entry) {
        String value = entry.head() == null ? null : entry.head().header("authorization");
        if (value == null || !value.regionMatches(true, 0, "basic ", 0, 6)) {
            return NONE;
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(value.substring(6).strip());
            int colon = 0;
            while (colon < decoded.length && decoded[colon] != ':') {
                colon++;
            }
            String user = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded, 0, colon))
                    .toString();
            return user.isEmpty() ? NONE : user;
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return NONE;
        }
    }

    private static void process(StringBuilder out, AccessEntry entry) {
        if (entry.workerPid() == 0) {
            out.append(NONE);
        } else {
            out.append('<').append(entry.workerPid()).append('>');
        }
    }

    private static void worker(StringBuilder out, AccessEntry entry) {
        if (entry.workerIndex() < 0) {
            out.append(NONE);
        } else {
            out.append(entry.workerIndex());
        }
    }
}
