package corral.daemon.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.config.Additions;
import corral.daemon.config.ConfigReader;
import corral.daemon.config.ConfigResult;
import corral.daemon.config.GroupConfig;
import corral.daemon.config.HealthCheck;
import corral.daemon.config.Limits;
import corral.daemon.config.Overrides;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.ServerRole;
import corral.daemon.config.StreamConfig;
import corral.daemon.os.Native;
import corral.daemon.os.NativeAccounts;
import corral.daemon.process.DaemonRecord;
import corral.daemon.process.ExitStatus;
import corral.daemon.process.LogPaths;
import corral.daemon.process.ProcessRecord;
import corral.daemon.process.State;
import corral.daemon.process.SupervisorState;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordTextTest {
    private static final String PLAIN = """
            [program:x]
            command=a
            """;

    /** Every option has another value than in {@link #PLAIN}. */
    private static final String FULL = """
            [supervisord]
            environment=G="global"
            [program:y]
            command=sh -c "echo a=b\\\\n; é"
            process_name=other
            priority=5
            autostart=false
            startsecs=4
            startretries=9
            autorestart=true
            exitcodes=0,2,77
            stopsignal=INT
            stopwaitsecs=33
            stopasgroup=true
            killasgroup=true
            user=root
            redirect_stderr=true
            directory=/tmp
            umask=027
            environment=A="1",B.C="x=y"
            serverurl=http://localhost:9001
            stdout_logfile=/tmp/out=log
            stdout_logfile_maxbytes=7MB
            stdout_logfile_backups=3
            stdout_capture_maxbytes=4KB
            stdout_events_enabled=true
            stdout_syslog=true
            stdout_prefix=one|
            stderr_logfile=NONE
            stderr_logfile_maxbytes=8MB
            stderr_logfile_backups=4
            stderr_capture_maxbytes=5KB
            stderr_events_enabled=true
            stderr_syslog=true
            stderr_prefix=two|
            notify=true
            watchdog=7
            on_fatal=exit
            rolling=true
            surge=2
            max_memory=300MB
            depends_on=x
            healthcheck=http://127.0.0.1:8000/health
            healthcheck_interval=3
            healthcheck_timeout=2
            healthcheck_retries=7
            healthcheck_start_period=1
            socket=tcp://127.0.0.1:0
            socket_backlog=99
            backoff=0.5
            backoff_max=9
            restart_delay=2
            memory_max=500MB
            memory_high=400MB
            cpu_max=50%%
            pids_max=100
            nice=3
            oom_score_adj=200
            rlimit_nofile=1000:2000
            rlimit_core=unlimited
            [program:x]
            command=a
            """;

    @TempDir
    private Path dir;

    @Test
    void settingsComeBackAsTheyWere() throws Exception {
        ProcessConfig full = process(read(FULL), "other");
        assertThat(again(full)).isEqualTo(full);
        assertThat(again(full).serverurl()).isEqualTo(full.serverurl());
        assertThat(again(full).origin()).isEqualTo(full.origin());
        ProcessConfig plain = process(read(PLAIN), "x");
        assertThat(again(plain)).isEqualTo(plain);
    }

    /** What is added to the settings must be added to the text, too: this test does not know it yet then. */
    @Test
    void noSettingIsForgottenHere() throws Exception {
        ProcessConfig full = process(read(FULL), "other");
        ProcessConfig plain = process(read(PLAIN), "x");
        assertDiffer(ProcessConfig.class, full, plain, Set.of());
        assertDiffer(StreamConfig.class, full.stdout(), plain.stdout(), Set.of());
        assertDiffer(StreamConfig.class, full.stderr(), plain.stderr(), Set.of());
        assertDiffer(Additions.class, full.additions(), plain.additions(), Set.of("role"));
        assertDiffer(Limits.class, full.additions().limits(), Limits.NONE, Set.of());
    }

    @Test
    void partsOfServersComeBackAsTheyWere() throws Exception {
        Path app = Files.writeString(dir.resolve("app.py"), "app = None\n");
        List<GroupConfig> groups = read("""
                [server:web]
                app=app:app
                directory=%s
                bind=127.0.0.1:0,unix:%s/s,[::1]:0
                workers=2
                preload_app=true
                """.formatted(app.getParent(), dir));
        List<ProcessConfig> processes = groups.get(0).processes();
        assertThat(processes.stream()
                        .map(process -> process.additions()
                                .role()
                                .orElseThrow()
                                .getClass()
                                .getSimpleName()))
                .contains("Front", "Worker", "Template");
        for (ProcessConfig process : processes) {
            assertThat(again(process)).isEqualTo(process);
        }
        ServerRole.Worker worker = processes.stream()
                .map(process -> process.additions().role().orElseThrow())
                .filter(ServerRole.Worker.class::isInstance)
                .map(ServerRole.Worker.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(worker.total()).isEqualTo(2);
    }

    @Test
    void otherHealthChecksComeBackAsTheyWere() throws Exception {
        for (String probe : List.of("tcp://localhost:5432", "exec:true 'a b'", "http+unix:///run/s.sock:/health")) {
            ProcessConfig process = process(read(PLAIN + "healthcheck=" + probe + "\n"), "x");
            Optional<HealthCheck> check = process.additions().healthCheck();
            assertThat(check).as(probe).isPresent();
            assertThat(again(process)).as(probe).isEqualTo(process);
        }
    }

    @Test
    void recordOfAProcessComesBackAsItWas() throws Exception {
        ProcessRecord record = record(new ProcessRecord.Past(
                1_795_000_000_000L,
                1_795_000_000_001L,
                Optional.of(new ExitStatus(-1, 11, true).with("killed for memory")),
                "why not",
                3,
                12));
        Fields fields = new Fields();
        RecordText.write(record, fields);
        assertThat(RecordText.readProcess(Fields.parse(fields.text()))).isEqualTo(record);
    }

    @Test
    void recordWithoutRestartsIsThatOfAnEarlierVersion() throws Exception {
        Fields fields = new Fields();
        RecordText.write(record(ProcessRecord.Past.NONE), fields);
        String before = fields.text().replace("past.restarts=0\n", "");
        assertThat(before).isNotEqualTo(fields.text());
        assertThat(RecordText.readProcess(Fields.parse(before)).past()).isEqualTo(ProcessRecord.Past.NONE);
    }

    private ProcessRecord record(ProcessRecord.Past past) throws Exception {
        return new ProcessRecord(
                7,
                "g\n=\\é",
                process(read(FULL), "other"),
                new LogPaths("/a=b", ""),
                State.STOPPING,
                new ProcessRecord.Launch(3, 4711, 123_456_789_012L, "serving = well\nsince", "unhealthy: no"),
                past,
                new ProcessRecord.Restart(2, true, 99L, "db, cache"),
                new ProcessRecord.Stop(true, 5L, true, true, 4712));
    }

    @Test
    void recordOfTheDaemonComesBackAsItWas() throws Exception {
        DaemonRecord record = new DaemonRecord(
                SupervisorState.RESTARTING,
                List.of(
                        new DaemonRecord.Group("a b", 5, List.of(1, 2), List.of(3), List.of()),
                        new DaemonRecord.Group("c=d", 999, List.of(), List.of(), List.of(4))),
                Map.of("a b", new DaemonRecord.Choice(2, 6)));
        Fields fields = new Fields();
        RecordText.write(record, fields);
        assertThat(RecordText.readDaemon(Fields.parse(fields.text()))).isEqualTo(record);
    }

    @Test
    void whatIsMissingOrMeansNothingIsDamage() throws Exception {
        Fields fields = new Fields();
        ProcessConfigText.write(process(read(PLAIN), "x"), fields);
        String text = fields.text();
        for (String line : text.split("\n", -1)) {
            String rest = text.replaceFirst(java.util.regex.Pattern.quote(line) + "\n", "");
            if (!line.isEmpty() && !line.startsWith("serverurl=")) {
                assertThatThrownBy(() -> ProcessConfigText.read(Fields.parse(rest)))
                        .as(line)
                        .isInstanceOf(DamagedException.class);
            }
        }
        for (String bad : List.of("priority=x", "startsecs=99999999999", "autostart=maybe", "autorestart=now")) {
            String key = bad.substring(0, bad.indexOf('='));
            String other = text.replaceFirst("(?m)^" + key + "=.*$", bad);
            assertThatThrownBy(() -> ProcessConfigText.read(Fields.parse(other)))
                    .as(bad)
                    .isInstanceOf(DamagedException.class);
        }
    }

    private static ProcessConfig again(ProcessConfig config) throws DamagedException {
        Fields fields = new Fields();
        ProcessConfigText.write(config, fields.at("config"));
        return ProcessConfigText.read(Fields.parse(fields.text()).at("config"));
    }

    private static void assertDiffer(Class<? extends Record> type, Record one, Record other, Set<String> but)
            throws ReflectiveOperationException {
        for (RecordComponent component : type.getRecordComponents()) {
            if (!but.contains(component.getName())) {
                assertThat(component.getAccessor().invoke(one))
                        .as("%s.%s", type.getSimpleName(), component.getName())
                        .isNotEqualTo(component.getAccessor().invoke(other));
            }
        }
    }

    private static ProcessConfig process(List<GroupConfig> groups, String name) {
        return groups.stream()
                .flatMap(group -> group.processes().stream())
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<GroupConfig> read(String text) throws IOException {
        ConfigResult result = new ConfigReader(dir, () -> new NativeAccounts(Native.load()), Path.of("/opt/corral"))
                .read(
                        Files.writeString(
                                dir.resolve("c.conf"), "[supervisord]\n" + text.replace("[supervisord]\n", "")),
                        Map.of("PATH", "/usr/bin:/bin"),
                        Overrides.NONE);
        assertThat(result.errors()).isEmpty();
        return result.config().orElseThrow().groups();
    }
}
