package corral.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the kernel says about a child, under both daemons (spec/supervisor.md 3.4). */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class ChildContextIT {
    private static final String PROGRAMS = """
            [supervisord]
            environment=GLOBAL="of all",BOTH="global",SUPERVISOR_GROUP_NAME="global",COMMA="a,b"
            [program:plain]
            command=/bin/cat
            [program:dressed]
            command=/bin/cat -
            directory=/usr
            umask=027
            environment=BOTH="program",OWN="x y",SUPERVISOR_PROCESS_NAME="mine",HERE="%(here)s",FROM="%(ENV_GIVEN)s"
            serverurl=http://localhost:1
            [program:joined]
            command=/bin/cat
            redirect_stderr=true
            [program:silent]
            command=/bin/cat
            stdout_logfile=NONE
            stderr_logfile=NONE
            [program:named]
            command=/bin/cat
            process_name=%(program_name)s_%(process_num)02d
            numprocs=2
            environment=NUMBER="%(process_num)d"
            [program:other]
            command=/bin/cat
            user=nobody
            autostart=%(ENV_ROOT)s
            [group:team]
            programs=joined,silent
            """;

    private final Map<Kind, RunningDaemon> daemons = new EnumMap<>(Kind.class);

    /** The daemons inherit a descriptor, a umask and low limits that tell what their children get of it. */
    @BeforeAll
    void start(Lab lab) {
        for (Kind kind : Kind.values()) {
            daemons.put(
                    kind,
                    lab.daemon(kind)
                            .programs(PROGRAMS)
                            .prefix("/bin/sh", "-c", "umask 077; exec 9</etc/passwd; exec \"$@\"", "sh")
                            .prefix("/usr/bin/prlimit", "--nofile=800:4000", "--")
                            .env("GIVEN", "handed down")
                            .env("ROOT", Boolean.toString(root()))
                            .start());
        }
    }

    private static boolean root() {
        return ProcFs.status(ProcessHandle.current().pid()).get("Uid").startsWith("0");
    }

    private long pid(Kind kind, String process) {
        return daemons.get(kind).awaitState(process, "RUNNING");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void leadsItsOwnProcessGroupInTheDaemonsSession(Kind kind) {
        long pid = pid(kind, "plain");
        long daemon = daemons.get(kind).pid();
        assertThat(ProcFs.stat(pid).group()).isEqualTo(pid);
        assertThat(ProcFs.stat(pid).session()).isEqualTo(ProcFs.stat(daemon).session());
        assertThat(ProcFs.stat(pid).parent()).isEqualTo(daemon);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void startsInItsDirectoryOrTheDaemons(Kind kind) {
        assertThat(ProcFs.directory(pid(kind, "dressed"))).isEqualTo(Path.of("/usr"));
        assertThat(ProcFs.directory(pid(kind, "plain")))
                .isEqualTo(daemons.get(kind).dir());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void hasItsUmaskOrTheDaemons(Kind kind) {
        assertThat(ProcFs.status(pid(kind, "dressed"))).containsEntry("Umask", "0027");
        assertThat(ProcFs.status(pid(kind, "plain"))).containsEntry("Umask", "0077");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void hasThreeDescriptorsOnly(Kind kind) {
        for (String process : new String[] {"plain", "dressed", "team:joined", "team:silent"}) {
            assertThat(ProcFs.descriptors(pid(kind, process)))
                    .as("descriptors of %s", process)
                    .containsOnlyKeys(0, 1, 2);
        }
        Map<Integer, String> joined = ProcFs.descriptors(pid(kind, "team:joined"));
        assertThat(joined.get(2)).isEqualTo(joined.get(1));
        Map<Integer, String> plain = ProcFs.descriptors(pid(kind, "plain"));
        assertThat(plain.get(2)).isNotEqualTo(plain.get(1));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void hasOpenFilesAsMinfdsSays(Kind kind) {
        Outcome limits = daemons.get(kind)
                .run(List.of(
                        "/usr/bin/prlimit",
                        "--pid",
                        Long.toString(pid(kind, "plain")),
                        "--nofile",
                        "--noheadings",
                        "--output=SOFT"));
        assertThat(limits.out().trim()).isEqualTo("1024");
    }

    @Test
    void hasTheEnvironmentThatSupervisorGives() {
        for (String process : new String[] {"plain", "dressed", "team:joined", "named:named_01"}) {
            assertThat(environment(Kind.CORRAL, process)).isEqualTo(environment(Kind.SUPERVISOR, process));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void environmentOfTheProgramWinsOverTheGlobalOneAndBothOverOurs(Kind kind) {
        assertThat(environment(kind, "plain"))
                .containsEntry("SUPERVISOR_ENABLED", "1")
                .containsEntry("SUPERVISOR_PROCESS_NAME", "plain")
                .containsEntry("SUPERVISOR_GROUP_NAME", "global")
                .containsEntry("SUPERVISOR_SERVER_URL", "unix://DIR/s.sock")
                .containsEntry("GLOBAL", "of all")
                .containsEntry("COMMA", "a,b")
                .containsEntry("GIVEN", "handed down")
                .containsEntry("BOTH", "global");
        assertThat(environment(kind, "dressed"))
                .containsEntry("SUPERVISOR_PROCESS_NAME", "mine")
                .containsEntry("SUPERVISOR_SERVER_URL", "http://localhost:1")
                .containsEntry("BOTH", "program")
                .containsEntry("OWN", "x y")
                .containsEntry("HERE", "DIR")
                .containsEntry("FROM", "handed down");
        assertThat(environment(kind, "named:named_01")).containsEntry("NUMBER", "1");
    }

    private Map<String, String> environment(Kind kind, String process) {
        Map<String, String> result = new TreeMap<>(ProcFs.environment(pid(kind, process)));
        String dir = daemons.get(kind).dir().toString();
        result.replaceAll((name, value) -> value.replace(dir, "DIR"));
        result.remove(Lab.MARK);
        return result;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void becomesItsUserWithAllGroupsButTheStartersHome(Kind kind) {
        assumeThat(root()).as("needs root").isTrue();
        RunningDaemon daemon = daemons.get(kind);
        long pid = pid(kind, "other");
        Map<String, String> status = ProcFs.status(pid);
        String uid = daemon.run(List.of("/usr/bin/id", "-u", "nobody")).out().trim();
        String gid = daemon.run(List.of("/usr/bin/id", "-g", "nobody")).out().trim();
        String groups = daemon.run(List.of("/usr/bin/id", "-G", "nobody")).out().trim();
        assertThat(status.get("Uid")).isEqualTo(String.join("\t", uid, uid, uid, uid));
        assertThat(status.get("Gid")).isEqualTo(String.join("\t", gid, gid, gid, gid));
        assertThat(status.get("Groups").split(" ", -1)).containsExactlyInAnyOrder(groups.split(" ", -1));
        assertThat(ProcFs.environment(pid).get("HOME"))
                .isEqualTo(ProcFs.environment(daemon.pid()).get("HOME"));
        assertThat(ProcFs.environment(pid)).doesNotContainKeys("USER", "LOGNAME");
        assertThat(Arrays.asList("CapEff", "CapPrm", "CapInh", "CapAmb"))
                .allSatisfy(set -> assertThat(status.get(set)).matches("0+"));
    }

    @CorralOnly("Python leaves SIGPIPE and SIGXFSZ ignored, and what its starter blocked stays blocked")
    @Test
    void hasNoSignalBlockedOrIgnored() {
        Map<String, String> status = ProcFs.status(pid(Kind.CORRAL, "plain"));
        assertThat(status.get("SigBlk")).matches("0+");
        assertThat(status.get("SigIgn")).matches("0+");
        assertThat(status.get("SigCgt")).matches("0+");
    }
}
