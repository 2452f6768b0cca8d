package corral.daemon.process;

import corral.daemon.config.ProcessConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Port to those who look at processes from outside, on threads of their own. Answers come back on the loop. */
public interface Senses {

    /**
     * Looks once whether a process does its work, as the health check of its configuration says.
     *
     * @param answer hears once, at the latest soon after the check's timeout: nothing if it does, else why it does not
     */
    void probe(String group, ProcessConfig config, Consumer<Optional<String>> answer);

    /**
     * Looks how much memory processes have.
     *
     * @param answer hears once: resident bytes by pid, of those that exist
     */
    void memory(List<Integer> pids, Consumer<Map<Integer, Long>> answer);

    /** Whether the kernel itself sees to it that a process does not exceed its {@code memory_max}. */
    default boolean limitsMemory(int pid) {
        return true;
    }

    /** One that sees nothing: no probe is ever answered. */
    static Senses none() {
        return new Senses() {
            @Override
            public void probe(String group, ProcessConfig config, Consumer<Optional<String>> answer) {}

            @Override
            public void memory(List<Integer> pids, Consumer<Map<Integer, Long>> answer) {}
        };
    }
}
