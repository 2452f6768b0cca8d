/** What goes to the terminal: lines, tables, colours, error lines, exit codes. */
package corral.ctl.output;
