package corral.server.options;

import java.util.List;

/**
 * How requests are read and responses written.
 *
 * @param rootPath of the scope, without a slash at its end
 * @param rootPathInPath uvicorn's way: rootPath is put before path and raw_path
 * @param headers added to every response
 * @param strictTarget raw 8-bit bytes in a target are refused with 400
 * @param headerMap what becomes of names with an underscore
 */
public record HttpOptions(
        String rootPath,
        boolean rootPathInPath,
        boolean serverHeader,
        boolean dateHeader,
        List<NameValue> headers,
        boolean strictTarget,
        boolean permitObsoleteFolding,
        boolean stripHeaderSpaces,
        boolean permitUnconventionalMethod,
        boolean permitUnconventionalVersion,
        boolean casefoldMethod,
        HeaderMap headerMap) {
    public HttpOptions {
        headers = List.copyOf(headers);
    }

    /** A header. */
    public record NameValue(String name, String value) {}

    /** What becomes of a request header whose name has an underscore: left out, answered with 400, or passed on. */
    public enum HeaderMap {
        DROP,
        REFUSE,
        DANGEROUS
    }
}
