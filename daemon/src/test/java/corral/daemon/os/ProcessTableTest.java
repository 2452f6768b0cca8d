package corral.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.process.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, and a table of files for what cannot be made here. */
class ProcessTableTest {
    private final ProcessTable table = new ProcessTable();
    private final Processes processes = new Processes();

    @TempDir
    private Path dir;

    @AfterEach
    void endAll() {
        processes.close();
    }

    private static int pid(Process process) {
        return (int) process.pid();
    }

    @Test
    void aProcessIsNotStartedBeforeItWasAskedForNorAfterItIsThere() throws Exception {
        long before = table.nowTicks();
        Process sleep = processes.child("sleep", "1000");
        long start = table.startTicks(pid(sleep)).orElseThrow();
        // The kernel rounds down.
        assertThat(start).isBetween(before - 1, table.nowTicks() + 1);
    }

    @Test
    void whatIsGoneHasNoStart() throws Exception {
        Process child = processes.child("true");
        child.waitFor();
        Processes.await(() -> table.startTicks(pid(child)).isEmpty());
        assertThat(table.zombie(pid(child))).isEmpty();
        assertThat(table.parent(pid(child))).isZero();
    }

    @Test
    void theWorldStaysTheSameAndNamesBootAndContainer() {
        assertThat(table.world()).isEqualTo(new ProcessTable().world()).matches("[0-9a-f-]{36} pid:\\[\\d+] \\d+");
    }

    @Test
    void aZombieTellsHowItEnded() throws Exception {
        int pid = processes.neglected("exit 7");
        Processes.await(() -> table.zombie(pid).isPresent());
        assertThat(table.zombie(pid)).contains(ExitStatus.exited(7));
        assertThat(table.startTicks(pid)).isPresent();
    }

    @Test
    void aZombieTellsTheSignal() throws Exception {
        int pid = processes.neglected("kill -9 $$");
        Processes.await(() -> table.zombie(pid).isPresent());
        assertThat(table.zombie(pid)).contains(new ExitStatus(-1, 9, false));
    }

    @Test
    void whatLivesIsNoZombie() throws Exception {
        assertThat(table.zombie(pid(processes.child("sleep", "1000")))).isEmpty();
    }

    @Test
    void aDeadLeaderOfLivingThreadsIsNoZombie() throws Exception {
        Process python = processes.child(
                "/usr/bin/python3",
                "-c",
                "import ctypes,sys,threading,time\n"
                        + "threading.Thread(target=time.sleep,args=(1000,)).start()\n"
                        + "print('up',flush=True)\n"
                        + "ctypes.CDLL(None).syscall(60 if sys.maxsize and __import__('platform').machine()=='x86_64'"
                        + " else 93, 0)");
        assertThat(Processes.firstLine(python)).isEqualTo("up");
        Path stat = Path.of("/proc/" + python.pid() + "/stat");
        Processes.await(() -> read(stat).contains(") Z "));
        assertThat(table.zombie(pid(python))).isEmpty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void aZombieThatWeMayNotReadIsUnknown() throws IOException {
        stat(41, "41 (a) b) Z 1 41 41" + " 0".repeat(13) + " 1 0 77" + " 0".repeat(30));
        assertThat(new ProcessTable(dir).zombie(41)).contains(ExitStatus.UNKNOWN);
    }

    @Test
    void aNameMayContainAnything() throws IOException {
        stat(41, "41 (a) R 9 (x\n) S 12 41 41" + " 0".repeat(13) + " 1 0 77" + " 0".repeat(30));
        assertThat(new ProcessTable(dir).parent(41)).isEqualTo(12);
        assertThat(new ProcessTable(dir).startTicks(41)).contains(77L);
    }

    private void stat(int pid, String text) throws IOException {
        Files.createDirectories(dir.resolve(Integer.toString(pid)));
        Files.writeString(dir.resolve(pid + "/stat"), text);
    }

    @Test
    void theParentIsKnown() throws Exception {
        assertThat(table.parent(pid(processes.child("sleep", "1000"))))
                .isEqualTo((int) ProcessHandle.current().pid());
    }

    private ProcessTable.Search search(long since, Set<Integer> known, Path fifo) {
        return new ProcessTable.Search(since, known, Set.of(fifo.toString()), "g", "lost-child-of-this-test");
    }

    private Process leader(Map<String, String> environment, Path stdin) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", "echo up; exec sleep 1000");
        builder.environment().putAll(environment);
        if (stdin != null) {
            builder.redirectInput(stdin.toFile());
        }
        Process process = processes.adopt(builder.start());
        assertThat(Processes.firstLine(process)).isEqualTo("up");
        return process;
    }

    @Test
    void aLostChildIsFoundByItsStream() throws Exception {
        Path file = Files.createFile(dir.resolve("f")).toRealPath();
        long before = table.nowTicks() - 1;
        Process child = leader(Map.of(), file);
        assertThat(table.find(search(before, Set.of(), file))).contains(pid(child));
        assertThat(table.find(search(before, Set.of(pid(child)), file))).isEmpty();
        assertThat(table.find(search(table.nowTicks() + 1000, Set.of(), file))).isEmpty();
        assertThat(table.find(search(before, Set.of(), dir.resolve("other")))).isEmpty();
    }

    @Test
    void ofSeveralTheFirstIsTheChild() throws Exception {
        Path file = Files.createFile(dir.resolve("f")).toRealPath();
        long before = table.nowTicks() - 1;
        Process child = leader(Map.of(), file);
        long start = table.startTicks(pid(child)).orElseThrow();
        Processes.await(() -> table.nowTicks() > start + 1);
        leader(Map.of(), file);
        assertThat(table.find(search(before, Set.of(), file))).contains(pid(child));
    }

    @Test
    void aLostChildThatHasOtherStreamsIsFoundByItsEnvironment() throws Exception {
        Map<String, String> named =
                Map.of("SUPERVISOR_GROUP_NAME", "g", "SUPERVISOR_PROCESS_NAME", "lost-child-of-this-test");
        long before = table.nowTicks() - 1;
        Process child = leader(named, null);
        assertThat(table.find(search(before, Set.of(), dir.resolve("f")))).contains(pid(child));
    }

    @Test
    void theChildOfSomebodyElseWhoLivesIsNotOurs() throws Exception {
        long before = table.nowTicks() - 1;
        Process other = processes.child(
                "sh",
                "-c",
                "SUPERVISOR_GROUP_NAME=g SUPERVISOR_PROCESS_NAME=lost-child-of-this-test setsid sleep 1000 & echo $!;"
                        + " wait");
        int pid = processes.alsoEnd(Integer.parseInt(Processes.firstLine(other)));
        Processes.await(() -> read(Path.of("/proc/" + pid + "/comm")).equals("sleep\n"));
        assertThat(table.find(search(before, Set.of(), dir.resolve("f")))).isEqualTo(Optional.empty());
    }
}
