/**
 * {@code --reload}: says which files changed. Has one thread of its own and may use the options only. Start reading at
 * {@link FileWatcher}.
 */
package corral.server.reload;
