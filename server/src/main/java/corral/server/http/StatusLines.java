package corral.server.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** Status lines as bytes, made once. The version is always HTTP/1.1; an unknown code has an empty phrase but keeps its space. */
final class StatusLines {
    private static final int FIRST = 100;
    private static final int LAST = 599;

    private final byte[][] lines = new byte[LAST - FIRST + 1][];

    StatusLines() {
        for (int status = FIRST; status <= LAST; status++) {
            lines[status - FIRST] =
                    ("HTTP/1.1 " + status + " " + phrase(status) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** @param status 100-599 */
    byte[] line(int status) {
        return lines[status - FIRST];
    }

    /** The registered reason phrase, empty if there is none. */
    static String phrase(int status) {
        return switch (status) {
            case 413 -> "Content Too Large";
            case 418 -> "I'm a Teapot";
            case 422 -> "Unprocessable Entity";
            case 425 -> "Too Early";
            case 451 -> "Unavailable For Legal Reasons";
            case 208 -> "Already Reported";
            case 226 -> "IM Used";
            case 508 -> "Loop Detected";
            default -> {
                HttpResponseStatus known = HttpResponseStatus.valueOf(status);
                yield known.reasonPhrase().endsWith("(" + status + ")") ? "" : known.reasonPhrase();
            }
        };
    }
}
