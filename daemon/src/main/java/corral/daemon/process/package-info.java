/** The state machine and the process table. Runs on the supervision loop only; no I/O, no clock, no threads of its own. */
package corral.daemon.process;
