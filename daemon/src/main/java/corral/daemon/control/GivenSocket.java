package corral.daemon.control;

/**
 * A socket that listens already, from a time before this daemon: not blocking, and the server's to close.
 *
 * @param fd its descriptor
 * @param ours whether an earlier corrald made it: then the mode, the owner and the end of its file are the server's business;
 *     those of init's sockets are init's
 */
public record GivenSocket(int fd, boolean ours) {}
