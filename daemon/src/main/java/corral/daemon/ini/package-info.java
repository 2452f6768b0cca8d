/** Supervisor's INI dialect as text: lines to sections with their origin, and %(name)s expansion. JDK only, no state, any thread. */
package corral.daemon.ini;
