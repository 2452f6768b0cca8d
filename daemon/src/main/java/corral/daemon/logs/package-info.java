/** FIFOs to rotating files. One reader thread owns every log file that is open. */
package corral.daemon.logs;
