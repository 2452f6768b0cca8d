package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options of programs that Supervisor does not have: what they mean and what they refuse. */
class AdditionsTest {
    @TempDir
    private Path dir;

    private ConfigFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new ConfigFixture(dir);
    }

    private List<String> errors(String lines) {
        return fixture.read(ConfigFixture.MINIMAL + lines + "\n").errors().stream()
                .map(p -> ProblemText.line(p).replace(dir + "/", "").replace("supervisord.conf:", ""))
                .toList();
    }

    private Backoff backoff(String lines) {
        return fixture.program(lines).additions().backoff();
    }

    private HealthCheck.Probe probe(String text) {
        return fixture.program("healthcheck=" + text)
                .additions()
                .healthCheck()
                .orElseThrow()
                .probe();
    }

    @Test
    void retriesMayBeUnlimited() {
        assertThat(fixture.program("startretries=Unlimited").startretries()).isEqualTo(Integer.MAX_VALUE);
        assertThat(errors("[program:a]\ncommand=x\nstartretries=many"))
                .containsExactly("6: error: [program:a] startretries: invalid literal for int() with base 10: 'many'"
                        + " (allowed: a whole number, or unlimited)");
    }

    @Test
    void withoutAnyOfThemItWaitsAsSupervisorDoes() {
        assertThat(backoff("")).isEqualTo(Backoff.SUPERVISOR);
        assertThat(backoff("startretries=100").delayMs(100)).isEqualTo(100_000);
    }

    @Test
    void unlimitedRetriesAndOwnBackoffHaveALongestWait() {
        assertThat(backoff("startretries=unlimited").delayMs(100)).isEqualTo(60_000);
        assertThat(backoff("backoff_max=3").delayMs(4)).isEqualTo(3000);
        Backoff doubling = backoff("backoff=0.5\nbackoff_max=8");
        assertThat(List.of(1, 2, 3, 4, 5, 6, 1000, Integer.MAX_VALUE).stream().map(doubling::delayMs))
                .containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 8000L, 8000L, 8000L);
    }

    private String cpuMax(String text) {
        return fixture.program("cpu_max=" + text).additions().limits().cpuMax().orElseThrow();
    }

    @Test
    void cpuTimeIsSaidInCpusOrAsTheKernelDoes() {
        assertThat(cpuMax("50%%")).isEqualTo("50000 100000");
        assertThat(cpuMax("2.5")).isEqualTo("250000 100000");
        assertThat(cpuMax("20000 50000")).isEqualTo("20000 50000");
    }

    @Test
    void aLimitThatSlowsDownIsNotBeyondTheOneThatKills() {
        assertThat(errors("[program:a]\ncommand=x\nmemory_max=1MB\nmemory_high=2MB"))
                .containsExactly("7: error: [program:a] memory_high: memory_high is more than memory_max"
                        + " (allowed: at most memory_max)");
    }

    @Test
    void ofAServerTheWorkersAreLimited() {
        List<ProcessConfig> web = fixture.with("[server:web]\napp=a:b\nmemory_max=1MB\npreload_app=true\n")
                .groups()
                .get(0)
                .processes();
        assertThat(web)
                .extracting(
                        ProcessConfig::name,
                        process -> process.additions().limits().memoryMax())
                .containsExactlyInAnyOrder(tuple("front", 0L), tuple("template", 0L), tuple("worker-0", 1L << 20));
    }

    @Test
    void healthChecksHaveFourForms() {
        assertThat(probe("http://localhost/x?a=b")).isEqualTo(new HealthCheck.Http("localhost", 80, "", "/x?a=b"));
        assertThat(probe("http://[::1]:81")).isEqualTo(new HealthCheck.Http("::1", 81, "", "/"));
        assertThat(probe("http+unix:/run/a.sock:/up"))
                .isEqualTo(new HealthCheck.Http("localhost", 0, "/run/a.sock", "/up"));
        assertThat(probe("http+unix:~/a.sock")).isEqualTo(new HealthCheck.Http("localhost", 0, dir + "/a.sock", "/"));
        assertThat(probe("tcp://db:5432")).isEqualTo(new HealthCheck.Tcp("db", 5432));
        assertThat(probe("exec: pg_isready -h 'a b'")).isEqualTo(new HealthCheck.Exec("pg_isready -h 'a b'"));
    }

    @Test
    void eachProcessMayHaveAnAddressOfItsOwn() {
        List<ProcessConfig> processes = fixture.with("[program:x]\ncommand=x\nnumprocs=2\n"
                        + "process_name=%(process_num)d\nhealthcheck=http://localhost:800%(process_num)d/")
                .groups()
                .get(0)
                .processes();
        assertThat(processes)
                .extracting(p -> ((HealthCheck.Http)
                                p.additions().healthCheck().orElseThrow().probe())
                        .port())
                .containsExactly(8000, 8001);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            backoff=0                  | backoff: 0 is out of range (allowed: seconds from 0.01 to 86400)
            backoff=soon               | backoff: 'soon' is not a number (allowed: seconds from 0.01 to 86400)
            backoff=90                 | backoff_max: backoff_max is less than backoff (allowed: at least the seconds of backoff)
            restart_delay=-1           | restart_delay: -1 is out of range (allowed: seconds from 0 to 86400)
            max_memory=-1MB            | max_memory: -1MB is out of range (allowed: a whole number of bytes, or one followed by KB, MB or GB; 0 for no limit)
            max_memory=1TB             | max_memory: invalid literal for int() with base 10: '1tb' (read: '1TB'; allowed: a whole number of bytes, or one followed by KB, MB or GB; 0 for no limit)
            memory_max=-1              | memory_max: -1 is out of range (allowed: a whole number of bytes, or one followed by KB, MB or GB; 0 for no limit)
            cpu_max=half               | cpu_max: 'half' is neither a number of CPUs nor QUOTA PERIOD (allowed: CPUs as in 0.5 or 50%%, or QUOTA PERIOD in microseconds from 1000 on)
            cpu_max=0.5%%              | cpu_max: 0.5% is out of range (allowed: CPUs as in 0.5 or 50%%, or QUOTA PERIOD in microseconds from 1000 on)
            pids_max=-1                | pids_max: -1 is out of range (allowed: a whole number from 0 to 4194304)
            rlimit_nofile=many         | rlimit_nofile: invalid literal for int() with base 10: 'many' (allowed: a whole number or unlimited, for the soft and the hard limit, or SOFT:HARD)
            rlimit_core=2KB:1KB        | rlimit_core: the soft limit is beyond the hard one (read: '2KB:1KB'; allowed: bytes (KB, MB, GB) or unlimited, for the soft and the hard limit, or SOFT:HARD)
            nice=20                    | nice: 20 is out of range (allowed: a whole number from -20 to 19)
            depends_on=a,,b            | depends_on: a name is missing beside a comma (read: 'a,,b'; allowed: names of programs, servers and groups, or GROUP:PROCESS, separated by commas)
            depends_on=aa              | depends_on: 'aa' is no program, server, group or GROUP:PROCESS (allowed: names of programs, servers and groups, or GROUP:PROCESS, separated by commas)
            depends_on=a               | depends_on: a depends on a (what is waited for must not wait, too)
            healthcheck=localhost:80   | healthcheck: 'localhost:80' is no health check (allowed: http://HOST:PORT/PATH, http+unix:SOCKET:/PATH, tcp://HOST:PORT or exec:COMMAND)
            healthcheck=tcp://h        | healthcheck: '' is not a valid port number. (read: 'tcp://h'; allowed: http://HOST:PORT/PATH, http+unix:SOCKET:/PATH, tcp://HOST:PORT or exec:COMMAND)
            healthcheck=http://:80     | healthcheck: ':80' names no host (read: 'http://:80'; allowed: http://HOST:PORT/PATH, http+unix:SOCKET:/PATH, tcp://HOST:PORT or exec:COMMAND)
            healthcheck=http+unix:a:/  | healthcheck: 'a' is not the absolute path of a socket (read: 'http+unix:a:/'; allowed: http://HOST:PORT/PATH, http+unix:SOCKET:/PATH, tcp://HOST:PORT or exec:COMMAND)
            healthcheck=exec:          | healthcheck: exec: names no command (allowed: http://HOST:PORT/PATH, http+unix:SOCKET:/PATH, tcp://HOST:PORT or exec:COMMAND)
            healthcheck_interval=0     | healthcheck_interval: 0 is out of range (allowed: seconds from 0.1 to 86400)
            healthcheck_retries=0      | healthcheck_retries: 0 is out of range (allowed: a whole number from 1 to 1000)
            socket=a:b                 | socket: 'b' is not a valid port number. (read: 'a:b'; allowed: HOST:PORT, :PORT, [IPV6]:PORT, tcp://HOST:PORT, unix:PATH or fd://N, several separated by commas)
            """, quoteCharacter = '"')
    void refusesWithPlaceKeyAndWhatIsAllowed(String line, String message) {
        String place = message.startsWith("backoff_max") ? "4" : "6";
        assertThat(errors("[program:a]\ncommand=x\n" + line))
                .singleElement()
                .asString()
                .isEqualTo(place + ": error: [program:a] " + message);
    }

    @Test
    void namesWhatWaitsForItself() {
        assertThat(errors("""
                [program:a]
                command=x
                depends_on=b
                [program:b]
                command=x
                depends_on=g
                [program:c]
                command=x
                depends_on=a
                [group:g]
                programs=c
                [server:web]
                app=a:b
                depends_on=web:front"""))
                .containsExactly(
                        "6: error: [program:a] depends_on: a depends on b depends on g:c depends on a"
                                + " (what is waited for must not wait, too)",
                        "17: error: [server:web] depends_on: web depends on web"
                                + " (what is waited for must not wait, too)");
    }

    @Test
    void suggestsTheNearestName() {
        assertThat(errors("[program:database]\ncommand=x\n[program:a]\ncommand=x\ndepends_on=databse"))
                .containsExactly("8: error: [program:a] depends_on: 'databse' is no program, server, group or"
                        + " GROUP:PROCESS (did you mean database?)");
    }

    @Test
    void aPartOfAGroupMayWaitForAnother() {
        GroupConfig group = fixture.with(
                        "[program:a]\ncommand=x\ndepends_on=b\n[program:b]\ncommand=x\n[group:g]\nprograms=a,b")
                .groups()
                .get(0);
        assertThat(DependencyNames.means(
                        "b", List.of("g"), "g", group.processes().get(1)))
                .isTrue();
        assertThat(DependencyNames.means(
                        "g:b", List.of("g"), "g", group.processes().get(1)))
                .isTrue();
        assertThat(DependencyNames.means(
                        "g:*", List.of("g"), "g", group.processes().get(1)))
                .isTrue();
        assertThat(DependencyNames.means(
                        "g:b", List.of("g"), "g", group.processes().get(0)))
                .isFalse();
    }

    @Test
    void partsOfAServerGetWhatConcernsThem() {
        List<ProcessConfig> web = fixture
                .with("[server:web]\napp=a:b\ndepends_on=db\nmax_memory=1KB\nrestart_delay=2\n"
                        + "healthcheck=tcp://127.0.0.1:8000\n[program:db]\ncommand=x")
                .groups()
                .stream()
                .filter(group -> group.name().equals("web"))
                .findFirst()
                .orElseThrow()
                .processes();
        Additions front = web.get(0).additions();
        Additions worker = web.get(1).additions();
        assertThat(front.healthCheck()).isPresent();
        assertThat(worker.healthCheck()).isEmpty();
        assertThat(front.maxMemory()).isZero();
        assertThat(worker.maxMemory()).isEqualTo(1024);
        assertThat(List.of(front, worker)).allMatch(a -> a.dependsOn().equals(List.of("db")));
        assertThat(List.of(front, worker)).allMatch(a -> a.backoff().restartMs() == 2000);
        assertThat(worker.sockets()).isEqualTo(Optional.empty());
        assertThat(errors("[server:web]\napp=a:b\nsocket=:80"))
                .singleElement()
                .asString()
                .startsWith("6: error: [server:web] socket: unknown key");
    }
}
