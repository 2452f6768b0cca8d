package corral.server.frames;

/** A worker sent what the protocol does not allow; its connection is to be closed. */
public final class FrameException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message which frame, what was read and what is allowed */
    public FrameException(String message) {
        super(message);
    }
}
