package corral.daemon.service;

/**
 * Keeps descriptors for the next daemon, should this one be killed. Names are those of {@code spawn.Bag}. Any thread; never
 * waits.
 */
public interface DescriptorStore {
    /** There is none. */
    DescriptorStore NONE = new DescriptorStore() {
        @Override
        public void keep(String name, int fd) {}

        @Override
        public void drop(String name, int fd) {}
    };

    /** From now on, if there is room; a copy is made, so {@code fd} stays the caller's. */
    void keep(String name, int fd);

    /** No longer, if it is this that is kept by the name; to be called before {@code fd} is closed. */
    void drop(String name, int fd);
}
