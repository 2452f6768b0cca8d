/** One thread, named events, keyed deadlines; knows nothing of processes. */
package corral.daemon.loop;
