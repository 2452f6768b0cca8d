/** Looks at processes from outside, on threads of its own: health checks and memory. Start at {@link corral.daemon.health.Prober}. */
package corral.daemon.health;
