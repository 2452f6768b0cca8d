package corral.it.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A response as a strict client reads it.
 *
 * @param status the code; 0 for bytes that are no response
 * @param head status line and header lines as received
 * @param body without its framing, in ISO 8859-1
 * @param framing how the end of the body is known
 * @param complete whether it is all there
 */
record Response(int status, String head, String body, Framing framing, boolean complete) {
    /** How the end of a body is known. */
    enum Framing {
        BODILESS,
        LENGTH,
        CHUNKED,
        UNFRAMED
    }

    private static final String END_OF_HEAD = "\r\n\r\n";

    /** Values of a header, in order. */
    List<String> headers(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return head.lines()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).trim())
                .toList();
    }

    /** The only value of a header, or null. */
    String header(String name) {
        List<String> all = headers(name);
        return all.size() == 1 ? all.get(0) : null;
    }

    boolean interim() {
        return status >= 100 && status < 200 && status != 101;
    }

    /**
     * Takes a stream of bytes apart.
     *
     * @param methods of the requests in order; unnamed ones are GET
     * @param ended whether no more bytes will come
     */
    static List<Response> parse(byte[] bytes, List<String> methods, boolean ended) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<Response> responses = new ArrayList<>();
        int at = 0;
        int request = 0;
        while (at < text.length()) {
            int head = text.indexOf(END_OF_HEAD, at);
            if (head < 0) {
                responses.add(new Response(status(text, at), text.substring(at), "", Framing.BODILESS, false));
                break;
            }
            String method = request < methods.size() ? methods.get(request) : "GET";
            Parsed parsed = one(text, at, head + END_OF_HEAD.length(), method, ended);
            responses.add(parsed.response);
            if (!parsed.response.complete) {
                break;
            }
            if (!parsed.response.interim()) {
                request++;
            }
            at = parsed.end;
        }
        return responses;
    }

    private record Parsed(Response response, int end) {}

    private static int status(String text, int at) {
        boolean looksRight = text.startsWith("HTTP/1.", at) && text.length() > at + 12;
        return looksRight && text.substring(at + 9, at + 12).chars().allMatch(Character::isDigit)
                ? Integer.parseInt(text.substring(at + 9, at + 12))
                : 0;
    }

    private static Parsed one(String text, int at, int bodyStart, String method, boolean ended) {
        String head = text.substring(at, bodyStart - 2);
        Response bare = new Response(status(text, at), head, "", Framing.BODILESS, true);
        boolean bodiless = bare.status < 200 || bare.status == 204 || bare.status == 304 || "HEAD".equals(method);
        if (bodiless) {
            return new Parsed(bare, bodyStart);
        }
        if (bare.headers("transfer-encoding").stream().anyMatch("chunked"::equalsIgnoreCase)) {
            return chunked(text, bare, bodyStart);
        }
        String length = bare.header("content-length");
        if (length != null && length.chars().allMatch(Character::isDigit)) {
            int end = bodyStart + Integer.parseInt(length);
            boolean complete = end <= text.length();
            String body = text.substring(bodyStart, Math.min(end, text.length()));
            return new Parsed(new Response(bare.status, head, body, Framing.LENGTH, complete), end);
        }
        return new Parsed(
                new Response(bare.status, head, text.substring(bodyStart), Framing.UNFRAMED, ended), text.length());
    }

    private static Parsed chunked(String text, Response bare, int start) {
        StringBuilder body = new StringBuilder();
        int at = start;
        while (true) {
            int line = text.indexOf("\r\n", at);
            if (line < 0) {
                return new Parsed(bare.with(body, false), text.length());
            }
            int size = size(text.substring(at, line));
            at = line + 2;
            if (size == 0) {
                int end = text.startsWith("\r\n", at) ? at : text.indexOf(END_OF_HEAD, at) + 2;
                boolean complete = end >= at && text.startsWith("\r\n", end);
                return new Parsed(bare.with(body, complete), end + 2);
            }
            if (size < 0 || at + size + 2 > text.length()) {
                body.append(text, at, size < 0 ? at : Math.min(at + size, text.length()));
                return new Parsed(bare.with(body, false), text.length());
            }
            body.append(text, at, at + size);
            at += size + 2;
        }
    }

    private static int size(String hex) {
        try {
            return Integer.parseInt(hex.trim(), 16);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private Response with(CharSequence chunks, boolean whole) {
        return new Response(status, head, chunks.toString(), Framing.CHUNKED, whole);
    }
}
