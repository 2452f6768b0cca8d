/** The command line of the daemon: options, commands, the interactive shell. May use the daemon's rpc and ini packages only. */
package corral.ctl;
