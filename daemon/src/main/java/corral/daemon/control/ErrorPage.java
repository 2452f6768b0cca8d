package corral.daemon.control;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** The small HTML page that goes with an HTTP error (spec/supervisor.md 4.1). */
final class ErrorPage {
    private ErrorPage() {}

    static byte[] of(HttpResponseStatus status) {
        String page = "<head>\r\n<title>Error response</title>\r\n</head>\r\n<body>\r\n<h1>Error response</h1>\r\n"
                + "<p>Error code " + status.code() + ".\r\n<p>Message: " + status.reasonPhrase() + ".\r\n</body>\r\n";
        return page.getBytes(StandardCharsets.UTF_8);
    }
}
