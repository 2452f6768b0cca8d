/** The front's settings as immutable records, and the command lines they come from. */
package corral.server.options;
