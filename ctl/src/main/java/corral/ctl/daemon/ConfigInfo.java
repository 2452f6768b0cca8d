package corral.ctl.daemon;

/**
 * A process of the last-read configuration.
 *
 * @param inUse whether its group is active
 */
public record ConfigInfo(
        String group, String name, boolean inUse, boolean autostart, int groupPriority, int processPriority) {

    /** {@code group:name}, or the name alone when both are equal. */
    public String namespec() {
        return Namespec.join(group, name);
    }
}
