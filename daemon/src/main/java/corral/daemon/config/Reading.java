package corral.daemon.config;

/** What every part of one reading shares. */
record Reading(Host host, RawConfig raw, Problems problems) {

    /** The same reading with problems kept apart. */
    Reading apart(Problems others) {
        return new Reading(host, raw, others);
    }

    /** For reading one section again later, when it has been found good: without files, other sections, and problems. */
    Reading again(RawSection section) {
        return new Reading(host.asTrusting(), raw.only(section), new Problems());
    }
}
