/**
 * Netty: XML-RPC, log tails, basic auth. Handlers run on the event loop and never touch process state; they call
 * {@link corral.daemon.process.Commands}. Log files are read on {@code FileThreads} only.
 */
package corral.daemon.control;
