/**
 * The ways in by command line: {@code corral serve}, {@code corral gunicorn} and {@code corral uvicorn} are translated into a
 * configuration that corrald runs. Runs once on the main thread and ends. Start reading at {@link Translate}.
 */
package corral.server.cli;
