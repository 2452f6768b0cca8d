package corral.server.frames;

/** Numbers and flags of the worker protocol's frames (PROTOCOL.md). */
public final class FrameType {
    /** Bytes of a frame's header. */
    public static final int HEADER = 12;

    /** The sender's last body byte is in the frame. */
    public static final int END = 0x01;

    /** On REQUEST: the client waits for 100 Continue. */
    public static final int EXPECT = 0x02;

    /** On DISCONNECT: the client has closed its sending side only, or the front is about to end; what the app sends is still delivered. */
    public static final int HALF = 0x02;

    /** On REQUEST: the worker may ask for the client's socket with BORROW. */
    public static final int LENDABLE = 0x04;

    /** On REQUEST: much of the body is still to come, and the worker may ask with BORROW_BODY to read it from the client's socket itself. */
    public static final int LONG = 0x08;

    /** On LOAN and BODY_LOAN: it is not lent; no descriptor was passed. */
    public static final int REFUSED = 0x02;

    public static final int HELLO = 0x01;
    public static final int REQUEST = 0x02;
    public static final int BODY = 0x03;
    public static final int CREDIT = 0x04;
    public static final int DISCONNECT = 0x05;
    public static final int WS_TEXT = 0x06;
    public static final int WS_BINARY = 0x07;
    public static final int PING = 0x08;
    public static final int STOP = 0x09;
    public static final int DUE = 0x0A;
    public static final int GOING = 0x0B;
    public static final int LAST = 0x0C;
    public static final int LOAN = 0x0D;
    public static final int BODY_LOAN = 0x0E;

    public static final int WORKER_HELLO = 0x41;
    public static final int START = 0x42;
    public static final int RESPONSE_BODY = 0x43;
    public static final int RESPONSE = 0x44;
    public static final int REQUEST_CREDIT = 0x45;
    public static final int PATHSEND = 0x46;
    public static final int TRAILERS = 0x47;
    public static final int INFORM = 0x48;
    public static final int ABORT = 0x49;
    public static final int PONG = 0x4A;
    public static final int STOPPING = 0x4B;
    public static final int READY = 0x4C;
    public static final int WS_ACCEPT = 0x4D;
    public static final int APP_TEXT = 0x4E;
    public static final int APP_BINARY = 0x4F;
    public static final int WS_CLOSE = 0x50;
    public static final int BORROW = 0x51;
    public static final int SENT = 0x52;
    public static final int BORROW_BODY = 0x53;
    public static final int RECEIVED = 0x54;

    private FrameType() {}
}
