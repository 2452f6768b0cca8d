package corral.daemon;

import corral.daemon.config.GroupConfig;
import corral.daemon.config.ProcessConfig;
import corral.daemon.os.ExitNotes;
import corral.daemon.os.ProcessTable;
import corral.daemon.process.ExitStatus;
import corral.daemon.process.Legacy;
import corral.daemon.process.LogPaths;
import corral.daemon.process.Outputs;
import corral.daemon.spawn.Fifos;
import corral.daemon.state.StateReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The daemon before this one, as far as it has left something. Used once, before the loop begins. */
final class Predecessor {
    private final Path runtimeDirectory;
    private final ProcessTable table;
    private final Fifos fifos;
    private final int self;
    private Map<Integer, Long> adopted = Map.of();

    /** Whoever had this runtime directory; {@code self} is the pid of this daemon, which may be the same. */
    Predecessor(Path runtimeDirectory, ProcessTable table, Fifos fifos, int self) {
        this.runtimeDirectory = runtimeDirectory;
        this.table = table;
        this.fifos = fifos;
        this.self = self;
    }

    /**
     * What it has left; empty when it has left nothing.
     *
     * @param configured what stands in for a process of which nothing can be read
     * @param outputs where such a process writes
     */
    Optional<Legacy> legacy(List<GroupConfig> configured, Outputs outputs) {
        List<ExitNotes.Note> notes = ExitNotes.read(runtimeDirectory.resolve("state"));
        StateReader state = new StateReader(runtimeDirectory, table, surroundings(notes, outputs), self);
        Optional<Legacy> legacy = state.read(configured);
        adopted = state.adopted();
        return legacy;
    }

    /** Children that run and are not ours, with the time of their start in kernel ticks. After {@link #legacy}. */
    Map<Integer, Long> adopted() {
        return adopted;
    }

    private StateReader.Surroundings surroundings(List<ExitNotes.Note> notes, Outputs outputs) {
        return new StateReader.Surroundings() {
            @Override
            public Set<String> fifos(String group, String process) {
                return Set.of(
                        fifos.path(group, process, "stdin"),
                        fifos.path(group, process, "stdout"),
                        fifos.path(group, process, "stderr"));
            }

            @Override
            public Optional<ExitStatus> noted(int pid, long startTicks) {
                return notes.stream()
                        .filter(note -> note.pid() == pid && note.startTicks() == startTicks)
                        .map(ExitNotes.Note::status)
                        .findFirst();
            }

            @Override
            public LogPaths logs(String group, ProcessConfig config) {
                return outputs.activate(group, config);
            }
        };
    }
}
