package corral.server.http;

import corral.server.frames.ResponseHead;
import corral.server.options.Personality;
import java.nio.charset.StandardCharsets;

/** Bodies of the errors that the server answers by itself. They never repeat what the client sent. */
final class ErrorPages {
    private static final int FORBIDDEN = 403;
    private static final int UPGRADE_REQUIRED = 426;
    private static final int UNAVAILABLE = 503;
    private static final String RETRY_AFTER_SECONDS = "1";

    private final Personality personality;

    ErrorPages(Personality personality) {
        this.personality = personality;
    }

    byte[] body(int status) {
        if (status == FORBIDDEN) {
            // Only for a WebSocket that the app refuses.
            return new byte[0];
        }
        String phrase = StatusLines.phrase(status);
        if (personality == Personality.GUNICORN) {
            return ("<html>\n  <head>\n    <title>" + phrase + "</title>\n  </head>\n  <body>\n    <h1><p>" + phrase
                            + "</p></h1>\n    \n  </body>\n</html>\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }
        return phrase.getBytes(StandardCharsets.US_ASCII);
    }

    ResponseHead head(int status) {
        String type = personality == Personality.GUNICORN ? "text/html" : "text/plain; charset=utf-8";
        if (status == UNAVAILABLE) {
            return ResponseHead.of(status, "content-type", type, "retry-after", RETRY_AFTER_SECONDS);
        }
        if (status == UPGRADE_REQUIRED) {
            return ResponseHead.of(status, "content-type", type, "upgrade", "websocket", "sec-websocket-version", "13");
        }
        return ResponseHead.of(status, "content-type", type);
    }
}
