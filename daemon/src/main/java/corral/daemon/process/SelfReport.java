package corral.daemon.process;

import java.util.ArrayList;
import java.util.List;

/**
 * What a process has said of itself since its launch. Launches are numbered, because a message may arrive after the end of
 * who sent it, and before the spawner has told the pid. Loop thread.
 */
final class SelfReport {
    private final List<Notification> early = new ArrayList<>();
    private int launch;
    private String status = "";

    /** A new launch, of this number: forgets everything. */
    void begin(int number) {
        early.clear();
        status = "";
        launch = number;
    }

    /** Goes on with what another daemon has heard. */
    void resume(ProcessRecord.Launch other) {
        begin(other.number());
        status = other.status();
    }

    /** Number of the last launch, 0 before the first. */
    int launch() {
        return launch;
    }

    /** Whether a message is from the process of the last launch. */
    boolean isCurrent(int number) {
        return number == launch;
    }

    /** The last STATUS, empty for none. */
    String status() {
        return status;
    }

    /** Takes in what can be taken at any time. */
    void note(Notification said) {
        said.status().ifPresent(text -> status = text);
    }

    /** Keeps a message until the launch is known to have succeeded. */
    void keep(Notification said) {
        early.add(said);
    }

    /** What was kept. */
    List<Notification> takeEarly() {
        List<Notification> taken = List.copyOf(early);
        early.clear();
        return taken;
    }
}
