package corral.server.pool;

import corral.server.frames.Marshal;
import corral.server.frames.Scratch;

/** What the front says first on each connection of a worker (PROTOCOL.md, HELLO). */
final class FrontHello {
    private static final int VERSION = 1;

    private FrontHello() {}

    /**
     * Appends the payload.
     *
     * @param loop of the connection, from 0
     */
    static void write(Scratch out, int loops, int loop) {
        Marshal.dict(out);
        number(out, "version", VERSION);
        number(out, "loops", loops);
        number(out, "loop", loop);
        number(out, "window", WorkerLink.WINDOW);
        number(out, "front", (int) ProcessHandle.current().pid());
        Marshal.endDict(out);
    }

    private static void number(Scratch out, String key, int value) {
        Marshal.interned(out, key);
        Marshal.integer(out, value);
    }
}
