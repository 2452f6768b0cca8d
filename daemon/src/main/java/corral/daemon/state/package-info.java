/** What outlives the daemon: files that say what it knows, for the daemon after it. */
package corral.daemon.state;
