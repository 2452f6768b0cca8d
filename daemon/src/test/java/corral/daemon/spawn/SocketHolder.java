package corral.daemon.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.os.Capabilities;
import corral.daemon.os.Descriptors;
import corral.daemon.os.Native;
import corral.daemon.os.NativeSpawner;
import corral.daemon.process.FdAction;
import corral.daemon.process.SpawnPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.FutureTask;

/** Real children that have inherited descriptors from 3 on, as those of a daemon have; all are dead after {@link #close}. */
final class SocketHolder implements AutoCloseable {
    private final Native os;
    private final Descriptors files;
    private final List<Integer> pids = new ArrayList<>();

    SocketHolder(Native os) {
        this.os = os;
        this.files = new Descriptors(os);
    }

    /** Launches a child that just has them. */
    int hold(List<Integer> descriptors) throws Exception {
        return launch(List.of("sleep", "1000"), Map.of(), descriptors);
    }

    int launch(List<String> argv, Map<String, String> environment, List<Integer> descriptors) throws Exception {
        int nowhere = files.openAppending("/dev/null");
        List<FdAction> actions =
                new ArrayList<>(List.of(new FdAction(nowhere, 0), new FdAction(nowhere, 1), new FdAction(nowhere, 2)));
        for (int i = 0; i < descriptors.size(); i++) {
            actions.add(new FdAction(descriptors.get(i), 3 + i));
        }
        List<String> variables = new ArrayList<>(List.of("PATH=/usr/bin:/bin"));
        environment.forEach((key, value) -> variables.add(key + "=" + value));
        SpawnPlan plan = new SpawnPlan(
                "/usr/bin/" + argv.get(0),
                argv,
                variables,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                actions);
        // As in the daemon: a thread that has its own directory and umask if that is possible.
        FutureTask<Integer> task = new FutureTask<>(() -> new NativeSpawner(os, Capabilities.probe(os)).spawn(plan));
        new Thread(task, "spawner").start();
        int pid = task.get();
        files.close(nowhere);
        pids.add(pid);
        return pid;
    }

    /** Kills one, and returns when its sockets are closed. */
    void kill(int pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        for (int pid : pids) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        assertThat(pids)
                .allSatisfy(pid -> ProcessHandle.of(pid)
                        .ifPresent(process -> process.onExit().join()));
    }
}
