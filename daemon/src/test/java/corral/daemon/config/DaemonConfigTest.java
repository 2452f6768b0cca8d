package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code [supervisord]}, spec/supervisor.md 2.1. */
class DaemonConfigTest {
    private static final String FULL = """
            logfile=a.log
            logfile_maxbytes=1KB
            logfile_backups=2
            loglevel=debug
            pidfile=a.pid
            identifier=me
            nodaemon=true
            silent=true
            umask=077
            directory=sub
            user=web
            minfds=3
            minprocs=4
            nocleanup=true
            childlogdir=sub
            strip_ansi=true
            environment=A=1
            profile_options=cumulative
            runtime_dir=run
            cgroup=/sys/fs/cgroup/Mine
            hangup=reload
            regenerate=make x
            exit_with=one
            output_prefix=true
            [program:one]
            command=x
            """;

    @TempDir
    Path dir;

    private ConfigFixture fixture;

    @BeforeEach
    void createFixture() throws Exception {
        fixture = new ConfigFixture(dir);
        Files.createDirectory(dir.resolve("sub"));
    }

    private DaemonConfig full() {
        return new DaemonConfig(
                Optional.of(dir.resolve("a.log")),
                1024,
                2,
                LogLevel.DEBUG,
                dir.resolve("a.pid"),
                "me",
                true,
                true,
                0b000_111_111,
                Optional.of(dir.resolve("sub")),
                Optional.of(new UserId("web", 1000, 1001)),
                3,
                4,
                true,
                dir.resolve("sub"),
                true,
                Map.of("A", "1"),
                Optional.of(dir.resolve("run")),
                "/sys/fs/cgroup/Mine",
                true,
                Optional.of("make x"),
                Optional.of("one"),
                true);
    }

    @Test
    void defaults() {
        assertThat(fixture.config("[supervisord]").daemon())
                .isEqualTo(new DaemonConfig(
                        Optional.of(dir.resolve("supervisord.log")),
                        52428800,
                        10,
                        LogLevel.INFO,
                        dir.resolve("supervisord.pid"),
                        "supervisor",
                        false,
                        false,
                        0b000_010_010,
                        Optional.empty(),
                        Optional.empty(),
                        1024,
                        200,
                        false,
                        dir,
                        false,
                        Map.of(),
                        Optional.empty(),
                        "auto",
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        false));
    }

    @Test
    void fullMapping() {
        for (Key<?> key : DaemonKeys.TABLE.keys()) {
            assertThat(FULL).contains(key.name() + "=");
        }
        assertThat(fixture.config("[supervisord]\n" + FULL).daemon()).isEqualTo(full());
    }

    @Test
    void corraldIsAnAliasThatMerges() {
        assertThat(fixture.config("[corrald]\n" + FULL).daemon()).isEqualTo(full());
        DaemonConfig merged = fixture.config("[supervisord]\nminfds=1\nminprocs=1\n[corrald]\nminfds=2\nsilent=true")
                .daemon();
        assertThat(merged.minfds()).isEqualTo(2);
        assertThat(merged.minprocs()).isEqualTo(1);
        assertThat(merged.silent()).isTrue();
    }

    @Test
    void syslogIsNoFile() {
        assertThat(fixture.config("[supervisord]\nlogfile=syslog").daemon().logfile())
                .isEmpty();
        assertThat(fixture.config("[supervisord]\nlogfile=SYSLOG").daemon().logfile())
                .contains(dir.resolve("SYSLOG"));
    }

    @Test
    void commandLineWinsOverTheFileAndIsNotExpanded() {
        Overrides overrides = new Overrides(Map.of(
                "loglevel", "error", "nodaemon", "true", "identifier", "%(here)s", "directory", "~", "user", "root"));
        DaemonConfig daemon = fixture.read("[supervisord]\n" + FULL, overrides)
                .config()
                .orElseThrow()
                .daemon();
        assertThat(daemon.loglevel()).isEqualTo(LogLevel.ERROR);
        assertThat(daemon.identifier()).isEqualTo("%(here)s");
        assertThat(daemon.directory()).contains(dir);
        assertThat(daemon.user()).contains(new UserId("root", 0, 0));
        assertThat(daemon.logfileBackups()).isEqualTo(2);
    }

    @Test
    void badValuesOfTheCommandLineAreErrors() {
        ConfigResult result =
                fixture.read("[supervisord]\nminfds=x\n", new Overrides(Map.of("loglevel", "foo", "user", "nosuch")));
        assertThat(result.errors())
                .extracting(Problem::supervisorText)
                .containsExactly(
                        "invalid value for --loglevel 'foo': bad logging level name 'foo'",
                        "Invalid user name nosuch",
                        "invalid literal for int() with base 10: 'x'");
        assertThat(ProblemText.line(result.errors().get(0)))
                .startsWith("command line: error: loglevel: invalid value for --loglevel 'foo'");
    }

    @Test
    void environmentIsExpandedTwiceAndThenKnowsTheMachine() {
        assertThat(fixture.config("[supervisord]\nenvironment=A=\"%(ENV_N)s%%(ENV_N)s%%%%\",B=%(here)s")
                        .daemon()
                        .environment())
                .isEqualTo(Map.of("A", "77%", "B", dir.toString()));
        assertThat(fixture.error("[supervisord]\nenvironment=A=%(host_node_name)s"))
                .startsWith("Format string 'A=%(host_node_name)s' for 'supervisord.environment' contains names");
        assertThat(fixture.error("[supervisord]\nenvironment=A=%%"))
                .isEqualTo("Format string 'A=%' for 'environment' is badly formatted: incomplete format");
    }

    @Test
    void otherOptionsDoNotKnowTheEnvironmentOfTheFile() {
        assertThat(fixture.error("[supervisord]\nenvironment=A=1\nidentifier=%(ENV_A)s"))
                .contains("'supervisord.identifier' contains names ('ENV_A')");
    }

    @Test
    void unknownUserIsTheLastError() {
        ConfigResult result = fixture.read("[supervisord]\nuser=nosuch\n[program:a]\n");
        assertThat(result.errors()).extracting(Problem::key).containsExactly("", "user");
    }

    private List<String> exitWith(String name) {
        return fixture
                .read(ConfigFixture.MINIMAL + "[supervisord]\nexit_with=" + name
                        + "\n[program:main]\ncommand=x\n"
                        + "[program:many]\ncommand=x\nnumprocs=2\nprocess_name=m%(process_num)d\n")
                .errors()
                .stream()
                .map(p -> ProblemText.line(p).replace(dir + "/supervisord.conf:", ""))
                .toList();
    }

    @Test
    void exitWithNamesOneProcess() {
        assertThat(exitWith("main")).isEmpty();
        assertThat(exitWith("main:main")).isEmpty();
        assertThat(exitWith("many:m1")).isEmpty();
    }

    @Test
    void exitWithThatNamesNoneOrSeveralIsAnError() {
        assertThat(exitWith("mian"))
                .containsExactly("5: error: [supervisord] exit_with: 'mian' is no process (did you mean main?)");
        assertThat(exitWith("elsewhere"))
                .containsExactly("5: error: [supervisord] exit_with: 'elsewhere' is no process"
                        + " (allowed: the name of a program with one process, or GROUP:PROCESS)");
        assertThat(exitWith("many"))
                .containsExactly("5: error: [supervisord] exit_with: 'many' means 2 processes"
                        + " (allowed: one of them, such as many:m0)");
    }
}
