package corral.server.access;

import corral.server.exchange.RequestHead;
import io.netty.handler.codec.http.HttpResponseStatus;

/** uvicorn's line: {@code INFO:     127.0.0.1:36598 - "GET /a%20b?x=1 HTTP/1.1" 200 OK}. */
final class UvicornFormat implements LineFormat {
    private static final int SWITCHING = 101;
    private static final String OFF = "\u001b[0m";
    private static final String[] STATUS_COLORS = {"97", "32", "33", "31", "91"};

    private final String rootPath;
    private final boolean colors;

    /** @param rootPath what the scope's path begins with, empty for nothing */
    UvicornFormat(String rootPath, boolean colors) {
        this.rootPath = rootPath;
        this.colors = colors;
    }

    @Override
    public void append(StringBuilder out, AccessEntry entry) {
        out.append(colors ? "\u001b[32mINFO\u001b[0m:     " : "INFO:     ");
        if (entry.clientHost() != null) {
            Escaped.append(out, entry.clientHost());
            out.append(':').append(entry.clientPort());
        }
        out.append(" - \"");
        RequestHead head = entry.head();
        boolean webSocket = head != null && isWebSocket(entry);
        if (webSocket) {
            out.append("WebSocket ");
            path(out, head);
            out.append('"');
            out.append(entry.status() == SWITCHING ? " [accepted]" : " " + entry.status());
            return;
        }
        out.append(colors ? "\u001b[1m" : "");
        if (head == null) {
            out.append('-');
        } else {
            Escaped.append(out, head.method());
            out.append(' ');
            path(out, head);
            out.append(" HTTP/1.").append(head.minorVersion());
        }
        out.append(colors ? OFF : "").append("\" ");
        status(out, entry.status());
    }

    private static boolean isWebSocket(AccessEntry entry) {
        return entry.status() == SWITCHING
                || "websocket".equalsIgnoreCase(entry.head().header("upgrade"));
    }

    private void path(StringBuilder out, RequestHead head) {
        out.append(rootPath);
        Paths.appendQuoted(out, head.rawPath());
        String query = head.query();
        if (!query.isEmpty()) {
            out.append('?');
            Escaped.append(out, query);
        }
    }

    private void status(StringBuilder out, int status) {
        HttpResponseStatus known = HttpResponseStatus.valueOf(status);
        // What Netty does not know, it describes as a class and the number.
        String phrase = known.reasonPhrase().endsWith(")") ? "" : known.reasonPhrase();
        int hundreds = status / 100;
        boolean colored = colors && hundreds >= 1 && hundreds <= STATUS_COLORS.length;
        if (colored) {
            out.append("\u001b[").append(STATUS_COLORS[hundreds - 1]).append('m');
        }
        out.append(status).append(' ').append(phrase).append(colored ? OFF : "");
    }
}
