/** End to end: the application server with real Python apps, beside the real Uvicorn and Gunicorn where answers must be the same. */
package corral.it.server;
