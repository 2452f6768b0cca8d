package corral.daemon.control;

/** One kind of path that is served. Event loop only. */
interface Route {

    /**
     * Whether this route serves the path.
     *
     * @param path percent-decoded, without the query
     */
    boolean matches(String path);

    /** Answers, now or later, exactly once. What is thrown becomes a 500. */
    void handle(Exchange exchange);
}
