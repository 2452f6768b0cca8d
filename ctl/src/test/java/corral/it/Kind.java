package corral.it;

/** Whose programs a daemon or a command line is made of. */
public enum Kind {
    /** Ours, from the assembled distribution. */
    CORRAL,
    /** Debian's Supervisor 4.2.5: what ours is compared with. */
    SUPERVISOR
}
