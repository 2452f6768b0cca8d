/** The daemon as a service of systemd or a container runtime: what it says of itself by sd_notify(3). */
package corral.daemon.service;
