/** One class per command (spec/supervisor.md 5.3), and the interpreter that finds and runs them. */
package corral.ctl.commands;
