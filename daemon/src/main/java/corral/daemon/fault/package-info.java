/** Points at which a test makes the daemon die, so that each is known to be survived. */
package corral.daemon.fault;
