package corral.it.load;

import io.netty.buffer.ByteBuf;

/** Looks at the content of one response as it arrives. For the event loop. */
interface ContentCheck {
    /** Reads all of a piece. */
    void onPiece(ByteBuf piece);

    /** What is wrong when the content has ended, or {@link Finding#OK}. */
    Finding onEnd();

    /**
     * A verdict with its reason.
     *
     * @param detail for people
     */
    record Finding(Verdict verdict, String detail) {
        static final Finding OK = new Finding(Verdict.OK, "");

        static Finding of(Verdict verdict, String detail) {
            return new Finding(verdict, detail);
        }
    }
}
