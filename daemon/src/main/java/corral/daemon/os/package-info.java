/** The only package that sees JNR: spawning, reaping, FIFOs, splice, epoll, credentials. */
package corral.daemon.os;
