package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code [program:x]}, spec/supervisor.md 2.4. */
class ProcessConfigTest {

    @TempDir
    Path dir;

    private ConfigFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new ConfigFixture(dir);
    }

    @Test
    void defaults() {
        StreamConfig stream = new StreamConfig(new LogTarget.Auto(), 52428800, 10, 0, false, false);
        ProcessConfig process = fixture.program("");
        assertThat(process)
                .isEqualTo(new ProcessConfig(
                        "x",
                        "x",
                        Origin.NOWHERE,
                        "/bin/x",
                        Optional.empty(),
                        OptionalInt.empty(),
                        999,
                        true,
                        1,
                        3,
                        Autorestart.UNEXPECTED,
                        Set.of(0),
                        15,
                        10,
                        false,
                        false,
                        Optional.empty(),
                        false,
                        stream,
                        stream,
                        Map.of(),
                        Optional.empty(),
                        true,
                        Additions.NONE));
        assertThat(process.origin()).isEqualTo(new Origin(fixture.main(), 4));
        assertThat(process.serverurl()).isEmpty();
    }

    private static final String FULL = """
            notify=true
            watchdog=11
            on_fatal=exit
            rolling=true
            surge=2
            backoff=0.5
            backoff_max=8
            restart_delay=1.5
            max_memory=300MB
            memory_max=400MB
            memory_high=350MB
            cpu_max=50%%
            pids_max=64
            rlimit_cpu=60
            rlimit_fsize=1GB
            rlimit_data=unlimited
            rlimit_stack=8MB:unlimited
            rlimit_core=0
            rlimit_nproc=100:200
            rlimit_nofile=1024:4096
            rlimit_memlock=64KB
            rlimit_as=4GB
            rlimit_nice=20
            rlimit_rtprio=1
            nice=5
            oom_score_adj=-100
            depends_on=y, g:z
            healthcheck=http://[::1]:81/up?deep=1
            healthcheck_interval=2.5
            healthcheck_timeout=0.75
            healthcheck_retries=4
            healthcheck_start_period=20
            socket=:82,unix:s.sock
            backlog=7
            socket_mode=0600
            socket_owner=web
            process_name=%(program_name)s-%(process_num)d
            numprocs=1
            numprocs_start=5
            priority=-5
            autostart=false
            startsecs=7
            startretries=8
            autorestart=true
            exitcodes=1,2
            stopsignal=INT
            stopwaitsecs=9
            stopasgroup=false
            killasgroup=true
            user=web
            redirect_stderr=false
            stdout_logfile=out
            stdout_logfile_maxbytes=1KB
            stdout_logfile_backups=2
            stdout_capture_maxbytes=3KB
            stdout_events_enabled=true
            stdout_syslog=true
            stdout_prefix=%(program_name)s |
            stderr_logfile=NONE
            stderr_logfile_maxbytes=4
            stderr_logfile_backups=5
            stderr_capture_maxbytes=6
            stderr_events_enabled=true
            stderr_syslog=true
            stderr_prefix=
            environment=A=1
            directory=/srv
            umask=027
            serverurl=http://h:1
            """;

    private static final Limits LIMITS = new Limits(
            400L << 20,
            350L << 20,
            Optional.of("50000 100000"),
            64,
            Map.ofEntries(
                    Map.entry(Rlimit.CPU, new Rlimit.Value(60, 60)),
                    Map.entry(Rlimit.FSIZE, new Rlimit.Value(1L << 30, 1L << 30)),
                    Map.entry(Rlimit.DATA, new Rlimit.Value(-1, -1)),
                    Map.entry(Rlimit.STACK, new Rlimit.Value(8L << 20, -1)),
                    Map.entry(Rlimit.CORE, new Rlimit.Value(0, 0)),
                    Map.entry(Rlimit.NPROC, new Rlimit.Value(100, 200)),
                    Map.entry(Rlimit.NOFILE, new Rlimit.Value(1024, 4096)),
                    Map.entry(Rlimit.MEMLOCK, new Rlimit.Value(64L << 10, 64L << 10)),
                    Map.entry(Rlimit.AS, new Rlimit.Value(4L << 30, 4L << 30)),
                    Map.entry(Rlimit.NICE, new Rlimit.Value(20, 20)),
                    Map.entry(Rlimit.RTPRIO, new Rlimit.Value(1, 1))),
            OptionalInt.of(5),
            OptionalInt.of(-100));

    /** What depends_on names. */
    private static final String OTHERS = "[program:y]\ncommand=y\n[program:z]\ncommand=z\n[group:g]\nprograms=z\n";

    /** The options with which a line means something. */
    private static final Map<String, String> BESIDE = Map.of(
            "surge",
            "rolling=true",
            "backoff_max",
            "backoff=1",
            "depends_on",
            OTHERS,
            "healthcheck_interval",
            "healthcheck=tcp://h:1",
            "healthcheck_timeout",
            "healthcheck=tcp://h:1",
            "healthcheck_retries",
            "healthcheck=tcp://h:1",
            "healthcheck_start_period",
            "healthcheck=tcp://h:1",
            "backlog",
            "socket=:1",
            "socket_mode",
            "socket=:1",
            "socket_owner",
            "socket=:1");

    private ProcessConfig x(String lines) {
        return fixture.with("[program:x]\ncommand=/bin/x\n" + lines + "\n").groups().stream()
                .filter(group -> group.name().equals("x"))
                .findFirst()
                .orElseThrow()
                .processes()
                .get(0);
    }

    @Test
    void fullMapping() {
        assertThat(x(FULL + OTHERS))
                .isEqualTo(new ProcessConfig(
                        "x-5",
                        "x",
                        Origin.NOWHERE,
                        "/bin/x",
                        Optional.of("/srv"),
                        OptionalInt.of(0b000_010_111),
                        -5,
                        false,
                        7,
                        8,
                        Autorestart.ALWAYS,
                        Set.of(1, 2),
                        2,
                        9,
                        false,
                        true,
                        Optional.of(new UserId("web", 1000, 1001)),
                        false,
                        new StreamConfig(new LogTarget.File("out"), 1024, 2, 3072, true, true, Optional.of("x |")),
                        new StreamConfig(new LogTarget.None(), 4, 5, 6, true, true, Optional.of("")),
                        Map.of("A", "1"),
                        Optional.of("http://h:1"),
                        false,
                        Additions.NONE
                                .withNotify(true, 11)
                                .withExitOnFatal(true)
                                .withSurge(2)
                                .withBackoff(new Backoff(500, 8000, 1500))
                                .withMaxMemory(300L << 20)
                                .withLimits(LIMITS)
                                .withDependsOn(List.of("y", "g:z"))
                                .withHealthCheck(Optional.of(new HealthCheck(
                                        new HealthCheck.Http("::1", 81, "", "/up?deep=1"), 2500, 750, 4, 20_000)))
                                .withSockets(Optional.of(new ListenConfig(
                                        List.of(
                                                new BindAddress.Tcp("0.0.0.0", 82, false),
                                                new BindAddress.Unix("/srv/s.sock")),
                                        7,
                                        false,
                                        0600,
                                        OptionalInt.of(1000),
                                        OptionalInt.empty())))));
    }

    @Test
    void fullMappingNamesEveryOption() {
        List<String> missing = new ArrayList<>();
        for (Key<?> key : ProgramKeys.TABLE.keys()) {
            if (!FULL.contains(key.name() + "=") && !key.equals(ProgramKeys.COMMAND)) {
                missing.add(key.name());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyOptionThatReachesTheProcessMakesADifference() {
        ProcessConfig plain = fixture.program("");
        for (String line : FULL.lines().toList()) {
            String key = line.substring(0, line.indexOf('='));
            boolean same = Set.of("numprocs", "numprocs_start", "stopasgroup", "redirect_stderr")
                    .contains(key);
            String beside = "\n" + BESIDE.getOrDefault(key, "");
            assertThat(x(line + beside).equals(x(beside))).as(line).isEqualTo(same);
        }
        assertThat(fixture.program("stopasgroup=true")).isNotEqualTo(plain);
        assertThat(fixture.program("redirect_stderr=true")).isNotEqualTo(plain);
    }

    @Test
    void placeInTheFileMakesNoDifference() {
        ProcessConfig moved = fixture.program("\n\nuser=web\nautostart=true");
        ProcessConfig other = fixture.with("[group:g]\nprograms=x\n[program:x]\nuser=web\ncommand=/bin/x")
                .groups()
                .get(0)
                .processes()
                .get(0);
        assertThat(moved).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(moved.origin()).isNotEqualTo(other.origin());
    }

    @Test
    void serverBehindAutoMakesNoDifference() {
        ProcessConfig none = fixture.program("");
        ProcessConfig unix = fixture.program("[unix_http_server]\nfile=%(here)s/s");
        assertThat(unix.serverurl()).contains("unix://" + dir + "/s");
        assertThat(unix).isEqualTo(none);
        assertThat(fixture.program("serverurl=unix://" + dir + "/s")).isNotEqualTo(none);
    }

    @Test
    void autoIsTheFirstUnixServerElseTheFirstTcpServer() {
        assertThat(fixture.program("serverurl=auto\n[inet_http_server:b]\nport=2\n[inet_http_server:a]\nport=1")
                        .serverurl())
                .contains("http://localhost:2");
        assertThat(fixture.program("[inet_http_server]\nport=h:2\n[unix_http_server]\nfile=s")
                        .serverurl())
                .contains("unix://" + dir + "/s");
        assertThat(fixture.program("serverurl=").serverurl()).isEmpty();
    }

    @Test
    void killasgroupFollowsStopasgroup() {
        assertThat(fixture.program("stopasgroup=true").killasgroup()).isTrue();
        assertThat(fixture.program("stopasgroup=true\nkillasgroup=true").killasgroup())
                .isTrue();
        assertThat(fixture.program("killasgroup=true").stopasgroup()).isFalse();
    }

    @Test
    void whatIsLimitedTogetherIsKilledTogetherUnlessItIsNotWanted() {
        for (String limit : List.of("memory_max=1MB", "memory_high=1MB", "cpu_max=1", "pids_max=9")) {
            assertThat(fixture.program(limit).killasgroup()).as(limit).isTrue();
            assertThat(fixture.program(limit + "\nkillasgroup=false").killasgroup())
                    .as(limit)
                    .isFalse();
        }
        assertThat(fixture.program("rlimit_nofile=99\nnice=1").killasgroup()).isFalse();
    }

    @Test
    void redirectedStderrHasNoFile() {
        assertThat(fixture.program("redirect_stderr=true\nstderr_logfile=" + dir + "/x")
                        .stderr()
                        .target())
                .isEqualTo(new LogTarget.None());
    }

    @Test
    void syslogAsFileMeansNoFileAndSyslog() {
        StreamConfig stdout = fixture.program("stdout_logfile=Syslog").stdout();
        assertThat(stdout.target()).isEqualTo(new LogTarget.None());
        assertThat(stdout.syslog()).isTrue();
    }

    @Test
    void logfilesAreExpandedTwice() {
        assertThat(fixture.program("stdout_logfile=a%%%%b%%(process_num)s")
                        .stdout()
                        .target())
                .isEqualTo(new LogTarget.File("a%b0"));
        assertThat(fixture.error("[supervisord]\n[program:x]\ncommand=x\nstdout_logfile=a%%b"))
                .isEqualTo("Format string 'a%b' for 'stdout_logfile' is badly formatted: unsupported format character"
                        + " 'b' (0x62) at index 2 in section 'program:x' (file: '" + fixture.main() + "')");
    }

    @Test
    void environmentIsThatOfTheDaemonOverlaidByTheProgram() {
        ProcessConfig process = fixture.config("[supervisord]\nenvironment=A=1,B=%(here)s\n[program:x]\n"
                        + "command=%(ENV_A)s %(ENV_C)s %(ENV_N)s %(ENV_B)s\nenvironment=A=2,C=%(ENV_A)s%(process_num)d")
                .groups()
                .get(0)
                .processes()
                .get(0);
        assertThat(process.environment()).isEqualTo(Map.of("A", "2", "B", dir.toString(), "C", "10"));
        assertThat(process.command()).isEqualTo("2 10 7 " + dir);
    }

    @Test
    void variablesOfTheProgramAreNotKnownToItsScalars() {
        assertThat(fixture.error("[supervisord]\n[program:x]\ncommand=x\nenvironment=A=1\nstartsecs=%(ENV_A)s"))
                .startsWith("Format string '%(ENV_A)s' for 'program:x.startsecs' contains names ('ENV_A')");
    }

    @Test
    void priorityKnowsNoProgramName() {
        assertThat(fixture.error("[supervisord]\n[program:x]\ncommand=x\npriority=%(program_name)s"))
                .isEqualTo("Format string '%(program_name)s' for 'program:x.priority' contains names ('program_name')"
                        + " which cannot be expanded. Available names: ENV_HOME, ENV_N, ENV_TMPDIR, here");
    }

    @Test
    void namesOfProcessesAreExpandedAndNumbered() {
        Config config =
                fixture.with("[program:x]\ncommand=%(host_node_name)s%(numprocs)d\nnumprocs=2\nnumprocs_start=9\n"
                        + "process_name=%(program_name)s_%(process_num)02d");
        assertThat(config.groups().get(0).processes())
                .extracting(ProcessConfig::name)
                .containsExactly("x_09", "x_10");
    }
}
