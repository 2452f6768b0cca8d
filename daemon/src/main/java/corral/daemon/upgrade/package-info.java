/** How the daemon becomes another version of itself: the check of that one, the standstill, what is handed over. */
package corral.daemon.upgrade;
