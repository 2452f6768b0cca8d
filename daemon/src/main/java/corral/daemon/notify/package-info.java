/** What processes say of themselves, as sd_notify(3) has it: datagrams to events of the supervision loop. */
package corral.daemon.notify;
