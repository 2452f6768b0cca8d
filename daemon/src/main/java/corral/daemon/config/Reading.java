package corral.daemon.config;

/** What every part of one reading shares. */
record Reading(Host host, RawConfig raw, Problems problems) {

    /** The same reading with problems kept apart. */
    Reading apart(Problems others) {
        return new Reading(host, raw, others);
    }
}
