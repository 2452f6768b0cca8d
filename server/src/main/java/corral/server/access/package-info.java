/** The access log and its formats, written off the event loops. */
package corral.server.access;
