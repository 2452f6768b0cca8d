/** The HTTP front and its Python workers; built by a later change. Knows neither the daemon nor INI. */
package corral.server;
