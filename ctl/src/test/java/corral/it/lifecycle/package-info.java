/** What a client sees while workers and fronts come, go and die: scenarios under load, for corral and beside it gunicorn. */
package corral.it.lifecycle;
