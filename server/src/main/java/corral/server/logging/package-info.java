/** The front's own log lines: slf4j in front, one writer thread behind. */
package corral.server.logging;
