/**
 * From a program's configuration to a running child: words of the command, lookup, environment, FIFOs, logs, launch. Runs on
 * the spawner thread, which is the template of every child.
 */
package corral.daemon.spawn;
