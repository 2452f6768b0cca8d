package corral.it.load;

/** The kinds of requests, and how many of a hundred are of each. */
public enum Shape {
    GET("get", 52, false, true),
    GET_FRESH("get", 15, true, true),
    POST("post", 22, false, false),
    POST_FRESH("post", 8, true, false),
    /** A chunked response that takes its time. */
    STREAM("stream", 3, false, true),
    /** A WebSocket; not among the hundred. */
    SOCKET("ws", 0, true, false);

    private final String path;
    private final int share;
    private final boolean fresh;
    private final boolean idempotent;

    Shape(String path, int share, boolean fresh, boolean idempotent) {
        this.path = path;
        this.share = share;
        this.fresh = fresh;
        this.idempotent = idempotent;
    }

    String path() {
        return path;
    }

    /** Whether it has a connection of its own, which is closed after it. */
    boolean fresh() {
        return fresh;
    }

    public boolean idempotent() {
        return idempotent;
    }

    public boolean hasBody() {
        return this == POST || this == POST_FRESH;
    }

    /**
     * The shape that a number from 0 to 99 stands for.
     */
    static Shape of(int percent) {
        int rest = percent;
        for (Shape shape : values()) {
            rest -= shape.share;
            if (rest < 0) {
                return shape;
            }
        }
        throw new IllegalArgumentException(percent + " is not within 0-99");
    }
}
