package corral.ctl.daemon;

/**
 * What a command did to one process of several.
 *
 * @param status 80 for success, else the code of the fault
 * @param description text of the fault
 */
public record Outcome(String group, String name, int status, String description) {

    /** {@code group:name}, or the name alone when both are equal. */
    public String namespec() {
        return Namespec.join(group, name);
    }
}
