package corral.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** As the first process of a PID namespace, and with as little as a container may have. */
@AsRoot
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@CorralOnly("pid 1 and exit_with are ours")
class ContainerIT {
    /** What is read-only for whom, before the daemon is started: its parameters are the daemon's command. */
    private static final String LOCKED = """
            mount -t tmpfs tmpfs /dev/shm
            mkdir "$PLACE/corral" && mount --bind "$HOME_OF_CORRAL" "$PLACE/corral"
            for place in / /run /tmp; do
                ! mountpoint -q $place || mount -o remount,ro,bind $place || exit 99
            done
            if touch "$PLACE/x" 2>&-; then exit 98; fi
            program=$PLACE/corral/bin/corrald
            shift
            exec setpriv --reuid=12345 --regid=0 --clear-groups \\
                env -i PATH="$PATH" CORRAL_IT="$CORRAL_IT" "$program" "$@"
            """;

    private final Lab lab;

    ContainerIT(Lab lab) {
        this.lab = lab;
    }

    @BeforeEach
    void needNamespaces() throws IOException {
        assumeThat(lab.run(lab.folder(), List.of("/usr/bin/unshare", "-pfm", "--mount-proc", "/bin/true"))
                        .exit())
                .as("unshare works here")
                .isZero();
    }

    private DaemonBuilder first(String programs) {
        return lab.daemon(Kind.CORRAL).programs(programs).prefix("/usr/bin/unshare", "-pf", "--mount-proc");
    }

    /** The pid that the daemon has for us. */
    private static long outside(RunningDaemon daemon) {
        daemon.until("pid 1", () -> !ProcFs.children(daemon.process().pid()).isEmpty());
        return ProcFs.children(daemon.process().pid()).get(0);
    }

    private static List<Long> zombies(long parent) {
        return ProcFs.children(parent).stream()
                .filter(pid -> ProcFs.status(pid).getOrDefault("State", "").startsWith("Z"))
                .toList();
    }

    private static String resource(String name) {
        try (InputStream in = ContainerIT.class.getResourceAsStream("/it/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void reapsOrphansAndWhatForkedTwice() {
        DaemonBuilder builder = first("""
                [program:forker]
                command=/usr/bin/python3 ${dir}/double_fork.py ${dir}/orphan.txt
                stdout_logfile=${dir}/forker.log
                [program:parent]
                command=/bin/sh -c "(sleep 0.4 & sleep 0.5 &) && exec cat"
                """).file("double_fork.py", resource("double_fork.py"));
        try (RunningDaemon daemon = builder.start()) {
            assertThat(daemon.pid()).isEqualTo(1);
            daemon.until("the orphan", () -> daemon.text("orphan.txt").endsWith("\n"));
            assertThat(daemon.text("orphan.txt")).matches("\\d+ 1\n");
            String orphan = daemon.text("orphan.txt").split(" ", -1)[0];
            daemon.awaitLog("INFO reaped unknown pid " + orphan + " \\(exit status 3\\)");
            daemon.until(
                    "three orphans reaped",
                    () -> daemon.log()
                                    .lines()
                                    .filter(line -> line.contains("reaped unknown pid"))
                                    .count()
                            >= 3);
            assertThat(zombies(outside(daemon))).isEmpty();
            daemon.awaitState("forker", "RUNNING");
            daemon.awaitState("parent", "RUNNING");
        }
    }

    @Test
    void stopsAllInTheirOrderOnTermAndWaits() {
        String stops = "command=/bin/sh -c \"trap 'sleep 0.3; echo %s >> ${dir}/order; exit 0' TERM;"
                + " echo %s up >> ${dir}/order; while :; do sleep 0.02; done\"\npriority=%d\nstartsecs=0\n";
        DaemonBuilder builder = first("[program:db]\n" + String.format(stops, "db", "db", 1) + "[program:web]\n"
                + String.format(stops, "web", "web", 2));
        try (RunningDaemon daemon = builder.start()) {
            daemon.until("both traps", () -> daemon.text("order").lines().count() == 2);
            daemon.signal("TERM", outside(daemon));
            assertThat(daemon.awaitExit()).isZero();
            assertThat(daemon.text("order").lines().skip(2)).containsExactly("web", "db");
        }
    }

    @Test
    void endsWithTheStatusOfTheProgramThatItIsThereFor() {
        DaemonBuilder builder = first("""
                [supervisord]
                exit_with=main
                [program:main]
                command=/bin/sh -c "read line; exit $line"
                autorestart=false
                startsecs=0
                [program:other]
                command=/bin/sh -c "trap 'echo stopped > ${dir}/other; exit 0' TERM; echo up > ${dir}/other; while :; do sleep 0.02; done"
                """);
        try (RunningDaemon daemon = builder.start()) {
            daemon.until("the trap", () -> daemon.text("other").equals("up\n"));
            daemon.rpc("supervisor.sendProcessStdin", "main", "7\n");
            assertThat(daemon.awaitExit()).isEqualTo(7);
            assertThat(daemon.text("other")).isEqualTo("stopped\n");
        }
    }

    @Test
    void endsWhenAProgramThatItCannotDoWithoutIsFatal() {
        DaemonBuilder builder = first("""
                [program:needed]
                command=/bin/sh -c "exit 9"
                startretries=0
                on_fatal=exit
                [program:other]
                command=/bin/cat
                """);
        try (RunningDaemon daemon = builder.launch()) {
            assertThat(daemon.awaitExit()).isEqualTo(9);
            assertThat(daemon.log()).contains("stopped: other");
        }
    }

    @Test
    void theSampleRunsWithoutRootNameOrAPlaceToWriteTo() throws IOException {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL);
        String sample = Files.readString(Distribution.home().resolve("etc/container/corral.conf"));
        builder.config(sample.replace("/srv/app", builder.dir().toString()))
                .file("serve", """
                        #!/bin/sh
                        echo "app as $(id -u)"
                        echo oops >&2
                        while ! [ -e "${0%/*}/go" ]; do sleep 0.05; done
                        printf 'the end'
                        exit 5
                        """)
                .file(
                        "helper",
                        "#!/bin/sh\ntrap 'echo helper ends; exit 0' TERM\necho help\nwhile :; do sleep 0.05; done\n")
                .env("PLACE", builder.dir().toString())
                .env("HOME_OF_CORRAL", Distribution.home().toString())
                .prefix("/usr/bin/unshare", "-pfm", "--mount-proc", "/bin/sh", "-c", LOCKED, "sh");
        for (String name : new String[] {"serve", "helper"}) {
            builder.dir().resolve(name).toFile().setExecutable(true, false);
        }
        try (RunningDaemon daemon = builder.launch()) {
            daemon.until(
                    "output of both",
                    () -> daemon.text("out.txt").contains("app | ")
                            && daemon.text("out.txt").contains("helper | help\n")
                            && daemon.text("err.txt").contains("app | oops\n"));
            assertThat(daemon.text("out.txt")).contains("app | app as 12345\n");
            daemon.until(
                    "both to run",
                    () -> daemon.run(inside(daemon, "status")).out().matches("(.* RUNNING .*\n){2}"));
            assertThat(daemon.run(enter(daemon, "/bin/ls", "/dev/shm")).out()).isEqualTo("corral-12345\ncorral.sock\n");
            daemon.write("go", "");
            assertThat(daemon.awaitExit()).isEqualTo(5);
            assertThat(daemon.text("out.txt")).contains("app | the end\n").contains("helper | helper ends\n");
            // logfile=/dev/stdout and the foreground's copy are one.
            assertThat(daemon.text("out.txt").lines().filter(line -> line.endsWith("supervisord started with pid 1")))
                    .hasSize(1);
        }
    }

    /** As docker exec does it. */
    private static List<String> inside(RunningDaemon daemon, String command) {
        String config = daemon.dir().resolve("supervisord.conf").toString();
        return enter(daemon, Distribution.ctl(Kind.CORRAL).toString(), "-c", config, command);
    }

    private static List<String> enter(RunningDaemon daemon, String... command) {
        List<String> words =
                new ArrayList<>(List.of("/usr/bin/nsenter", "-t", Long.toString(outside(daemon)), "-m", "-p", "--"));
        words.addAll(List.of(command));
        return words;
    }

    @Test
    void whatCannotBeWrittenIsNamedWithAWayOut() {
        Outcome outcome = lab.daemon(Kind.CORRAL)
                .config("[supervisord]\nlogfile=/proc/x.log\n")
                .runToEnd();
        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err())
                .startsWith("Error: the log file cannot be opened: /proc/x.log (")
                .contains("logfile= in [supervisord] names another, such as /dev/stdout");
    }
}
