/** What is left when the daemon is killed or replaced under load: processes, lines, requests. */
package corral.it.crash;
