package corral.daemon.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Real processes for tests; all of them are dead after {@link #close}. */
final class Processes implements AutoCloseable {
    private static final long PATIENCE_NS = 20_000_000_000L;

    private final List<Process> started = new ArrayList<>();
    private final List<Integer> strangers = new ArrayList<>();

    /** A child of this JVM, which reaps it at once. */
    Process child(String... command) throws IOException {
        return adopt(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** One that the test has started otherwise. */
    Process adopt(Process process) {
        started.add(process);
        return process;
    }

    /** Somebody else's child. */
    int alsoEnd(int pid) {
        strangers.add(pid);
        return pid;
    }

    /** A process whose parent never reaps it: its pid is what the parent says first. */
    int neglected(String script) throws IOException {
        // As long as it is a shell it may look after its children.
        String first = "until grep -q sleep /proc/$PPID/comm; do :; done; ";
        Process parent = child("sh", "-c", "sh -c '" + first + script + "' & echo $!; exec sleep 1000");
        return alsoEnd(Integer.parseInt(firstLine(parent)));
    }

    static String firstLine(Process process) throws IOException {
        return new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine();
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        strangers.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        started.forEach(Process::destroyForcibly);
    }
}
