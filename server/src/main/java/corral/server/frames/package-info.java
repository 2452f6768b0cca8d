/** The worker protocol (PROTOCOL.md): bytes in and out, no channels. */
package corral.server.frames;
