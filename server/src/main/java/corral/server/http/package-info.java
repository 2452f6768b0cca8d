/** The client's side: HTTP/1 parsed strictly, answered, limited and timed. */
package corral.server.http;
