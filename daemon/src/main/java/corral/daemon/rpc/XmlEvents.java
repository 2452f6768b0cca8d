package corral.daemon.rpc;

/** A document as a sequence of tags and texts. One thread. */
interface XmlEvents {

    /** What comes next. */
    enum Kind {
        START,
        END,
        TEXT,
        DONE
    }

    /**
     * Moves on. A text may come in parts; an empty element is a start and an end.
     *
     * @throws MalformedRpcException when the document is not well-formed, or has a document type
     */
    Kind next() throws MalformedRpcException;

    /** Name of the tag that was just read. */
    String name();

    /** The text that was just read. */
    String text();
}
