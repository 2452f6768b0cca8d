package corral.server.options;

/**
 * Access log.
 *
 * @param path null: none; "-": stdout
 * @param format gunicorn's atoms, or one of the words combined, uvicorn, json
 */
public record AccessLogOptions(String path, String format, boolean colors) {}
