/** The activity log through logback, in Supervisor's format. */
package corral.daemon.logging;
