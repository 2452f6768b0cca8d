package corral.daemon.config;

/**
 * An entry of the password database, resolved when the configuration was read.
 *
 * @param name login name
 * @param uid user id
 * @param gid primary group id
 */
public record UserId(String name, int uid, int gid) {}
