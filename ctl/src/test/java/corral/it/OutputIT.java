package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What children write arrives in their logs whole and in order, whatever they do (spec/supervisor.md 6.5). */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class OutputIT {
    private static final int LINES = 400_000;
    private static final int NO_NEWLINE = 10 << 20;

    private static final String PROGRAMS = """
            [program:flood]
            command=/usr/bin/seq 1 400000
            startsecs=0
            autorestart=false
            stdout_logfile=${dir}/flood.log
            stdout_logfile_maxbytes=200KB
            stdout_logfile_backups=30
            [program:few]
            command=/usr/bin/seq 1 400000
            startsecs=0
            autorestart=false
            stdout_logfile=${dir}/few.log
            stdout_logfile_maxbytes=200KB
            stdout_logfile_backups=3
            [program:alone]
            command=/usr/bin/seq 1 400000
            startsecs=0
            autorestart=false
            stdout_logfile=${dir}/alone.log
            stdout_logfile_maxbytes=200KB
            stdout_logfile_backups=0
            [program:unlimited]
            command=/usr/bin/seq 1 400000
            startsecs=0
            autorestart=false
            stdout_logfile=${dir}/unlimited.log
            stdout_logfile_maxbytes=0
            [program:endless]
            command=/usr/bin/yes
            startsecs=0
            autostart=false
            stdout_logfile=${dir}/endless.log
            stdout_logfile_maxbytes=1MB
            stdout_logfile_backups=1
            [program:oneline]
            command=/bin/sh -c "head -c 10485760 /dev/zero | tr '\\\\000' x"
            startsecs=0
            autorestart=false
            stdout_logfile=${dir}/oneline.log
            stdout_logfile_maxbytes=0
            [program:onelinerotated]
            command=/bin/sh -c "head -c 10485760 /dev/zero | tr '\\\\000' x"
            startsecs=0
            autorestart=false
            stdout_logfile=${dir}/onelinerotated.log
            stdout_logfile_maxbytes=1MB
            stdout_logfile_backups=30
            [program:lastwords]
            command=/bin/sh -c "echo out %(process_num)d; echo err %(process_num)d >&2"
            process_name=lastwords%(process_num)d
            numprocs=40
            startsecs=0
            autorestart=false
            stdout_logfile=${dir}/lastwords%(process_num)d.log
            stderr_logfile=${dir}/lastwords%(process_num)d.err
            [program:binary]
            command=/usr/bin/printf '\\000\\377\\r\\n\\033[1mbold\\033[0m'
            startsecs=0
            autorestart=false
            stdout_logfile=${dir}/binary.log
            [program:joined]
            command=/bin/sh -c "for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done"
            startsecs=0
            autorestart=false
            redirect_stderr=true
            stdout_logfile=${dir}/joined.log
            [program:closer]
            command=/bin/sh -c "echo before; exec >&- 2>&-; exec sleep 1000"
            stdout_logfile=${dir}/closer.log
            [program:mute]
            command=/bin/sh -c "head -c 1000000 /dev/zero; exec sleep 1000"
            stdout_logfile=NONE
            stderr_logfile=NONE
            [program:tonull]
            command=/bin/sh -c "head -c 1000000 /dev/zero; exec sleep 1000"
            stdout_logfile=/dev/null
            stdout_logfile_maxbytes=0
            [program:tostdout]
            command=/bin/sh -c "echo straight through; exec sleep 1000"
            stdout_logfile=/dev/stdout
            stdout_logfile_maxbytes=0
            stderr_logfile=/dev/fd/2
            stderr_logfile_maxbytes=0
            [program:tosyslog]
            command=/bin/sh -c "echo to syslog; exec sleep 1000"
            stdout_syslog=true
            stdout_logfile=${dir}/tosyslog.log
            [program:auto]
            command=/bin/sh -c "echo auto; exec sleep 1000"
            [program:mover]
            command=/bin/sh -c "trap 'echo after' HUP; echo before; while :; do sleep 0.05; done"
            stdout_logfile=${dir}/mover.log
            stdout_logfile_maxbytes=0
            """;

    private RunningDaemon daemon;

    @BeforeAll
    void start(Lab lab) {
        daemon = lab.daemon(Kind.CORRAL).programs(PROGRAMS).start();
    }

    /** The log and its rotated predecessors, oldest first. */
    private List<Path> files(String name) {
        Function<Path, Integer> age = file -> {
            String ending = file.getFileName().toString().substring(name.length());
            return ending.isEmpty() ? 0 : Integer.parseInt(ending.substring(1));
        };
        try (Stream<Path> all = Files.list(daemon.dir())) {
            return all.filter(file -> file.getFileName().toString().matches(Pattern.quote(name) + "(\\.\\d+)?"))
                    .sorted(Comparator.comparing(age).reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(List<Path> files) {
        StringBuilder all = new StringBuilder();
        for (Path file : files) {
            try {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all.toString();
    }

    /** The exit may be seen before the last of the output is in the log. */
    private void awaitEnd(String program) {
        daemon.awaitState(program, "EXITED");
        daemon.until(
                "the last line of " + program,
                () -> content(files(program + ".log")).endsWith("\n" + LINES + "\n"));
    }

    private static String numbers(int from) {
        StringBuilder all = new StringBuilder();
        for (int i = from; i <= LINES; i++) {
            all.append(i).append('\n');
        }
        return all.toString();
    }

    private static int firstNumber(String content) {
        return Integer.parseInt(content.substring(0, content.indexOf('\n')));
    }

    @Test
    void rotationUnderFloodLosesNoLine() {
        awaitEnd("flood");
        assertThat(content(files("flood.log")).equals(numbers(1)))
                .as("all numbers in order")
                .isTrue();
        assertThat(files("flood.log")).hasSizeBetween(8, 31);
    }

    @CorralOnly("Supervisor cuts lines where it rotates")
    @Test
    void rotationUnderFloodTearsNoLine() {
        awaitEnd("flood");
        for (Path file : files("flood.log")) {
            String content = content(List.of(file));
            assertThat(content.isEmpty() || content.endsWith("\n"))
                    .as("%s ends with a line", file)
                    .isTrue();
        }
    }

    @Test
    void onlyAsManyBackupsAreKeptAsAsked() {
        awaitEnd("few");
        List<Path> files = files("few.log");
        assertThat(files.stream().map(file -> file.getFileName().toString()))
                .containsExactly("few.log.3", "few.log.2", "few.log.1", "few.log");
        String content = content(files);
        String whole = numbers(1);
        assertThat(whole.endsWith(content))
                .as("what is kept is the end, without a gap")
                .isTrue();
        assertThat(content.length()).isGreaterThanOrEqualTo(3 * 200 * 1024);
        assertThat(files).allSatisfy(file -> assertThat(file.toFile().length()).isLessThan((200 + 128 + 8) * 1024));
    }

    @Test
    void withoutBackupsTheFileIsEmptiedInPlace() {
        awaitEnd("alone");
        List<Path> files = files("alone.log");
        assertThat(files).hasSize(1);
        assertThat(files.get(0).toFile().length()).isLessThan((200 + 128 + 8) * 1024);
        assertThat(numbers(1).endsWith(content(files))).isTrue();
    }

    @CorralOnly("Supervisor cuts lines where it rotates")
    @Test
    void keptFilesBeginWithWholeLines() {
        for (String program : List.of("few", "alone")) {
            awaitEnd(program);
            String content = content(files(program + ".log"));
            if (!content.isEmpty()) {
                assertThat(content.equals(numbers(firstNumber(content))))
                        .as(program)
                        .isTrue();
            }
        }
    }

    @Test
    void zeroMaxbytesNeverRotates() {
        awaitEnd("unlimited");
        assertThat(files("unlimited.log")).hasSize(1);
        assertThat(content(files("unlimited.log")).equals(numbers(1))).isTrue();
    }

    @Test
    void floodKeepsNobodyElseWaiting() {
        daemon.rpc("supervisor.startProcess", "endless");
        daemon.until("a rotation", () -> files("endless.log").size() == 2);
        long before = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            daemon.rpc("supervisor.getAllProcessInfo");
        }
        double seconds = (System.nanoTime() - before) / 1e9;
        daemon.rpc("supervisor.stopProcess", "endless");
        assertThat(seconds).as("seconds for ten calls").isLessThan(10);
    }

    @Test
    void tenMegabytesWithoutNewlineAreKeptWhole() {
        daemon.awaitState("oneline", "EXITED");
        Path log = daemon.dir().resolve("oneline.log");
        daemon.until("all of it", () -> log.toFile().length() >= NO_NEWLINE);
        assertThat(content(List.of(log)).equals("x".repeat(NO_NEWLINE))).isTrue();
    }

    @Test
    void tenMegabytesWithoutNewlineAreRotatedWithoutLoss() {
        daemon.awaitState("onelinerotated", "EXITED");
        daemon.until("all of it", () -> content(files("onelinerotated.log")).length() >= NO_NEWLINE);
        assertThat(content(files("onelinerotated.log")).equals("x".repeat(NO_NEWLINE)))
                .isTrue();
        assertThat(files("onelinerotated.log")).hasSizeGreaterThan(5);
    }

    @Test
    void lastWordsBeforeTheExitAreNotLost() {
        for (int i = 0; i < 40; i++) {
            String name = "lastwords" + i;
            daemon.awaitState("lastwords:" + name, "EXITED");
            String number = Integer.toString(i);
            daemon.until(
                    "both",
                    () -> !daemon.text(name + ".log").isEmpty()
                            && !daemon.text(name + ".err").isEmpty());
            assertThat(daemon.text(name + ".log")).isEqualTo("out " + number + "\n");
            assertThat(daemon.text(name + ".err")).isEqualTo("err " + number + "\n");
        }
    }

    @Test
    void bytesAreKeptAsTheyAre() {
        daemon.awaitState("binary", "EXITED");
        daemon.until("output", () -> !daemon.text("binary.log").isEmpty());
        assertThat(daemon.text("binary.log")).isEqualTo("\0\u00ff\r\n\u001b[1mbold\u001b[0m");
    }

    @Test
    void redirectedStderrKeepsItsPlaceBetweenStdout() {
        daemon.awaitState("joined", "EXITED");
        String expected = Stream.of("1", "2", "3", "4", "5", "6", "7", "8", "9")
                .map(i -> "out " + i + "\nerr " + i + "\n")
                .reduce("", String::concat);
        daemon.until("output", () -> daemon.text("joined.log").length() >= expected.length());
        assertThat(daemon.text("joined.log")).isEqualTo(expected);
        assertThat(daemon.info("joined").get("stderr_logfile")).isEqualTo("");
    }

    @Test
    void closingItsOutputDoesNotEndAChild() {
        long pid = daemon.awaitState("closer", "RUNNING");
        daemon.until("it has closed them", () -> !ProcFs.descriptors(pid).containsKey(1));
        assertThat(daemon.text("closer.log")).isEqualTo("before\n");
        assertThat(daemon.pid("closer")).isEqualTo(pid);
        daemon.rpc("supervisor.stopProcess", "closer");
        assertThat(ProcFs.alive(pid)).isFalse();
    }

    @Test
    void outputThatNobodyWantsDoesNotBlockAChild() {
        for (String program : List.of("mute", "tonull")) {
            long pid = daemon.awaitState(program, "RUNNING");
            daemon.until(program + " got through", () -> ProcFs.commandLine(pid).equals("sleep 1000"));
        }
    }

    @Test
    void devStdoutIsTheDaemonsOwn() {
        daemon.awaitState("tostdout", "RUNNING");
        daemon.until("output", () -> daemon.text("out.txt").contains("straight through\n"));
    }

    @Test
    void syslogIsFedBesideTheFile() {
        daemon.awaitState("tosyslog", "RUNNING");
        daemon.until("output", () -> daemon.text("tosyslog.log").equals("to syslog\n"));
    }

    @Test
    void automaticLogsAreNamedByProcessAndPrivate() throws IOException {
        daemon.awaitState("auto", "RUNNING");
        String log = (String) daemon.info("auto").get("stdout_logfile");
        assertThat(log).matches(Pattern.quote(daemon.dir() + "/logs/") + "auto-stdout---supervisor-\\w{8}\\.log");
        assertThat((String) daemon.info("auto").get("stderr_logfile"))
                .matches(Pattern.quote(daemon.dir() + "/logs/") + "auto-stderr---supervisor-\\w{8}\\.log");
        assertThat(Files.getPosixFilePermissions(Path.of(log)))
                .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void logsMovedAwayAreOpenedAnewOnUsr2() throws IOException {
        daemon.awaitState("mover", "RUNNING");
        daemon.until("output", () -> daemon.text("mover.log").equals("before\n"));
        Files.move(daemon.dir().resolve("mover.log"), daemon.dir().resolve("moved.log"));
        Files.move(daemon.dir().resolve("supervisord.log"), daemon.dir().resolve("moved-main.log"));
        daemon.signal("USR2", daemon.pid());
        daemon.until(
                "new files",
                () -> Files.exists(daemon.dir().resolve("mover.log"))
                        && Files.exists(daemon.dir().resolve("supervisord.log")));
        daemon.rpc("supervisor.signalProcess", "mover", "HUP");
        daemon.until("output in the new file", () -> daemon.text("mover.log").equals("after\n"));
        assertThat(daemon.text("moved.log")).isEqualTo("before\n");
        assertThat(daemon.text("moved-main.log") + daemon.log())
                .contains("INFO received SIGUSR2 indicating log reopen request", "INFO supervisord logreopen");
    }
}
