/** The daemon as the commands see it: one interface, and its implementation over the control API. */
package corral.ctl.daemon;
