/** The interactive shell. The only place that knows JLine, loaded when a terminal is there. */
package corral.ctl.shell;
