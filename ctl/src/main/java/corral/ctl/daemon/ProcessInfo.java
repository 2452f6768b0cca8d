package corral.ctl.daemon;

/**
 * A process as {@code getProcessInfo} tells it.
 *
 * @param state code of the state (spec/supervisor.md 3.1)
 * @param stateName its name
 * @param pid 0 when there is none
 */
public record ProcessInfo(String group, String name, int state, String stateName, String description, int pid) {
    private static final int RUNNING = 20;

    /** {@code group:name}, or the name alone when both are equal. */
    public String namespec() {
        return Namespec.join(group, name);
    }

    /** STOPPED, EXITED, FATAL or UNKNOWN. */
    public boolean isStopped() {
        return state == 0 || state == 100 || state == 200 || state == 1000;
    }

    /** RUNNING and nothing else. */
    public boolean isRunning() {
        return state == RUNNING;
    }
}
