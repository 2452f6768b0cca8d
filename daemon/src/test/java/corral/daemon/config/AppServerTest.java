package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code [server:x]}: what it expands into and what it refuses. */
class AppServerTest {
    @TempDir
    private Path dir;

    private ConfigFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new ConfigFixture(dir);
    }

    private GroupConfig server(String lines) {
        return fixture.with("[server:web]\napp=main:app\n" + lines + "\n")
                .groups()
                .get(0);
    }

    private ProcessConfig front(String lines) {
        return server(lines).processes().get(0);
    }

    private ProcessConfig worker(String lines) {
        return server(lines).processes().get(1);
    }

    private ListenConfig listen(String lines) {
        return ((ServerRole.Front) front(lines).additions().role().orElseThrow()).listen();
    }

    private List<String> errors(String lines) {
        return fixture.read(ConfigFixture.MINIMAL + "[server:web]\n" + lines + "\n").errors().stream()
                .map(p -> ProblemText.line(p).replace(dir + "/", "").replace("supervisord.conf:", ""))
                .toList();
    }

    @Test
    void expandsIntoOneFrontAndItsWorkers() {
        GroupConfig web = server("workers=12");
        assertThat(web.name()).isEqualTo("web");
        assertThat(web.processes())
                .extracting(ProcessConfig::name)
                .startsWith("front", "worker-0", "worker-1", "worker-2")
                .endsWith("worker-10", "worker-11")
                .hasSize(13);
    }

    @Test
    void withPreloadAppThereIsATemplateThatWorkersAreForkedFrom() {
        GroupConfig web =
                server("workers=2\npreload_app=true\nthreads=3\nkeepalive=1\nwatchdog=5\nmax_memory=1GB\nreload=true");
        assertThat(web.processes())
                .extracting(ProcessConfig::name)
                .containsExactly("front", "template", "worker-0", "worker-1");
        ProcessConfig template = web.processes().get(1);
        assertThat(template.command()).isEqualTo("python3 /opt/corral/lib/worker --app=main:app --threads=3");
        assertThat(template.additions().role()).contains(new ServerRole.Template(false));
        assertThat(template.additions().notifies()).isTrue();
        assertThat(template.additions().watchdogSecs()).isZero();
        assertThat(template.additions().maxMemory()).isZero();
        assertThat(template.killasgroup()).isTrue();
        assertThat(web.processes().get(3).additions().role()).contains(new ServerRole.Worker(1, 2, false, true));
        assertThat(web.processes().get(0).command()).doesNotContain("reload");
        assertThat(fixture.read(ConfigFixture.MINIMAL + "[server:web]\napp=m:a\npreload_app=true\nreload=true\n")
                        .warnings())
                .extracting(Problem::message)
                .contains("reload has no effect with preload_app");
    }

    @Test
    void passesWhatIsWrittenAndNothingElse() {
        assertThat(front("").command()).isEqualTo("/opt/corral/bin/corral-server --bind=fd://3 --worker-socket=fd://4");
        assertThat(worker("").command()).isEqualTo("python3 /opt/corral/lib/worker --index=0 --app=main:app");
    }

    @Test
    void eachFlagGoesWhereItBelongsInOneSpelling() {
        String lines = "bind=:80,unix:s.sock\nkeepalive=7.5\nserver_header=No\nheaders=A:1, 2,B:it's\nlifespan=OFF\n"
                + "log_level=debug\nlimit_request_body=1MB\npythonpath=a,b";
        assertThat(front(lines).command())
                .isEqualTo("/opt/corral/bin/corral-server --bind=fd://3 --bind=fd://4 --worker-socket=fd://5"
                        + " --log-level=debug --keepalive=7.5 --limit-request-body=1048576 --server-header=false"
                        + " '--headers=A:1, 2' '--headers=B:it'\\''s'");
        assertThat(worker(lines).command())
                .isEqualTo("python3 /opt/corral/lib/worker --index=0 --app=main:app --pythonpath=a"
                        + " --pythonpath=b --lifespan=off --log-level=debug");
    }

    @Test
    void defaultsAreThoseOfAServer() {
        ProcessConfig worker = worker("");
        assertThat(worker.autorestart()).isEqualTo(Autorestart.ALWAYS);
        assertThat(worker.stopwaitsecs()).isEqualTo(45);
        assertThat(worker.killasgroup()).isTrue();
        assertThat(worker.directory()).contains(dir.toString());
        assertThat(worker.additions())
                .isEqualTo(Additions.NONE.withNotify(true, 30).withSurge(1).withRole(new ServerRole.Worker(0, false)));
        ProcessConfig front = front("");
        assertThat(front.autorestart()).isEqualTo(Autorestart.ALWAYS);
        assertThat(front.killasgroup()).isFalse();
        assertThat(front.additions().notifies()).isTrue();
        assertThat(front.additions().watchdogSecs()).isZero();
        assertThat(listen(""))
                .isEqualTo(new ListenConfig(
                        List.of(new BindAddress.Tcp("127.0.0.1", 8000, false)),
                        2048,
                        false,
                        0777,
                        OptionalInt.empty(),
                        OptionalInt.empty()));
    }

    @Test
    void writtenProcessOptionsWin() {
        ProcessConfig worker = worker("autorestart=false\nstopwaitsecs=3\nkillasgroup=false\ntimeout=0\npriority=4\n"
                + "boot_failure=exit\non_fatal=exit\nuser=web");
        assertThat(worker.autorestart()).isEqualTo(Autorestart.NEVER);
        assertThat(worker.stopwaitsecs()).isEqualTo(3);
        assertThat(worker.killasgroup()).isFalse();
        assertThat(worker.priority()).isEqualTo(4);
        assertThat(worker.additions())
                .isEqualTo(Additions.NONE
                        .withNotify(true, 0)
                        .withSurge(1)
                        .withExitOnFatal(true)
                        .withRole(new ServerRole.Worker(0, true)));
        assertThat(listen("user=web").uid()).hasValue(1000);
        assertThat(worker("graceful_timeout=1.5\nshutdown_timeout=2").stopwaitsecs())
                .isEqualTo(9);
    }

    @Test
    void expansionsWorkAsInPrograms() {
        fixture.file("log/x", "");
        String lines =
                "stdout_logfile=%(here)s/log/%(process_name)s.log\nroot_path=/%(ENV_N)s/%(program_name)s\nenvironment=A=1";
        assertThat(front(lines).stdout().target()).isEqualTo(new LogTarget.File(dir + "/log/front.log"));
        assertThat(worker(lines).stdout().target()).isEqualTo(new LogTarget.File(dir + "/log/worker-0.log"));
        assertThat(front(lines).command()).endsWith(" --root-path=/7/web");
        assertThat(worker(lines).environment()).containsEntry("A", "1");
    }

    @Test
    void passwordOfTheKeyIsNoArgument() {
        fixture.file("c.pem", "");
        fixture.file("k.pem", "");
        ProcessConfig front = front("certfile=c.pem\nkeyfile=k.pem\nkeyfile_password=secret");
        assertThat(front.command())
                .doesNotContain("secret")
                .endsWith("--certfile=" + dir + "/c.pem --keyfile=" + dir + "/k.pem");
        assertThat(front.environment()).containsEntry("CORRAL_KEYFILE_PASSWORD", "secret");
        assertThat(worker("keyfile_password=secret").environment()).isEmpty();
    }

    @Test
    void pythonIsAWordAnInterpreterOrAVirtualEnvironment() {
        Path python = fixture.file("venv/bin/python", "");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        assertThat(worker("python=python3.11").command()).startsWith("python3.11 ");
        assertThat(worker("python=./venv").command()).startsWith(python + " ");
        assertThat(worker("python=" + python).command()).startsWith(python + " ");
        assertThat(worker("environment=VIRTUAL_ENV=/v").command()).startsWith("/v/bin/python ");
        assertThat(errors("app=a:b\npython=/no/such").get(0))
                .isEqualTo("6: error: [server:web] python: there is no Python at /no/such"
                        + " (allowed: an interpreter, or the folder of a virtual environment)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            localhost:1      | ('localhost', 1)
            LOCALHOST        | ('localhost', 8000)
            :81              | ('0.0.0.0', 81)
            ''               | ('0.0.0.0', 8000)
            tcp://1.2.3.4:5  | ('1.2.3.4', 5)
            [::1]:82         | ('::1', 82)
            [::]             | ('::', 8000)
            unix:/a/b        | '/a/b'
            unix:///a/b      | '/a/b'
            fd://5           | fd://5
            fd://            | fd://3
            """, quoteCharacter = '"')
    void bindForms(String written, String read) {
        assertThat(listen("bind=" + written.replace("''", "")).binds().get(0)).hasToString(read);
    }

    @Test
    void ipv6LeavesIpv4AloneWhenBothHaveThePort() {
        assertThat(listen("bind=0.0.0.0:1,[::]:1,[::]:2").binds())
                .containsExactly(
                        new BindAddress.Tcp("0.0.0.0", 1, false),
                        new BindAddress.Tcp("::", 1, true),
                        new BindAddress.Tcp("::", 2, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            wrokers=2         | wrokers: unknown key (read: wrokers=2; did you mean workers?)
            numprocs=2        | numprocs: unknown key (read: numprocs=2; allowed: the options of a server and those of a program, less command, numprocs and process_name)
            workers=many      | workers: 'many' is not a whole number (allowed: auto or a number from 0 to 1000)
            workers=1001      | workers: 1001 is out of range (allowed: auto or a number from 0 to 1000)
            lifespan=offf     | lifespan: 'offf' is not one of the known words, did you mean off? (allowed: auto, on, off)
            keepalive=-1      | keepalive: -1 is out of range (allowed: seconds from 0 to 86400)
            websocket=maybe   | websocket: not a valid boolean value: 'maybe' (allowed: true, yes, on, 1 or false, no, off, 0)
            bind=a:b          | bind: 'b' is not a valid port number. (read: 'a:b'; allowed: HOST:PORT, :PORT, [IPV6]:PORT, tcp://HOST:PORT, unix:PATH or fd://N, several separated by commas)
            bind=::1:80       | bind: '::1:80' is not an address; an IPv6 address is written in brackets (read: '::1:80'; allowed: HOST:PORT, :PORT, [IPV6]:PORT, tcp://HOST:PORT, unix:PATH or fd://N, several separated by commas)
            certfile=no.pem   | certfile: there is no readable file DIR/no.pem (allowed: a file that exists)
            headers=nothing   | headers: 'nothing' has no name before a colon (allowed: NAME:VALUE, several separated by commas)
            boot_failure=no   | boot_failure: 'no' is not one of the known words (allowed: retry or exit)
            directory=no/such | directory: there is no directory DIR/no/such (allowed: a directory that exists)
            """, quoteCharacter = '"')
    void refusesWithPlaceKeyAndWhatIsAllowed(String line, String message) {
        assertThat(errors("app=a:b\n" + line)).containsExactly("6: error: [server:web] " + message.replace("DIR/", ""));
    }

    @ParameterizedTest
    @CsvSource({"main", "main.py", "main:", ":app", "a/b:app", "a..b:app", "a.b.:app", "a:9"})
    void refusesAnAppThatIsNoModuleAndAttribute(String app) {
        assertThat(errors("app=" + app)).singleElement().asString().contains("[server:web] app: ", "main:app");
    }

    @Test
    void refusesASectionWithoutApp() {
        assertThat(errors("workers=1"))
                .containsExactly("4: error: [server:web] the section does not say which app to serve"
                        + " (add app=module:attribute)");
    }

    @Test
    void refusesAKeyWithoutItsCertificate() {
        fixture.file("k.pem", "");
        assertThat(errors("app=a:b\nkeyfile=k.pem"))
                .containsExactly("6: error: [server:web] keyfile: a key without a certificate (add certfile=)");
    }

    @Test
    void refusesANameThatAProgramHas() {
        assertThat(errors("app=a:b\n[program:web]\ncommand=x"))
                .containsExactly("4: error: [server:web] a program or group is named web too"
                        + " (give one of them another name)");
    }

    @Test
    void everyChangeOfTheSectionIsAChangeOfTheGroup() {
        GroupConfig before = server("");
        assertThat(server("")).isEqualTo(before);
        for (String change : List.of("bind=:1", "backlog=9", "timeout=9", "workers=2", "keepalive=1", "app_dir=x")) {
            assertThat(server(change)).as(change).isNotEqualTo(before);
        }
    }

    @Test
    void programsMayNotifyToo() {
        assertThat(fixture.program("notify=true\nwatchdog=5\non_fatal=exit").additions())
                .isEqualTo(Additions.NONE.withNotify(true, 5).withExitOnFatal(true));
        assertThat(fixture.program("").additions()).isEqualTo(Additions.NONE);
        assertThat(fixture.warnings("[program:a]\ncommand=x\nnotify=1")).isEmpty();
    }
}
