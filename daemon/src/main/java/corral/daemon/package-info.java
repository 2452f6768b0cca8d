/** Reads arguments, wires the parts, starts, exits. The only place that makes the big parts; start at Corrald. */
package corral.daemon;
