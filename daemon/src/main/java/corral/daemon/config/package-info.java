/** INI to immutable records, with every problem found. Pure: reads files and the password database, keeps nothing. */
package corral.daemon.config;
