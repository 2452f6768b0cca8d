package corral.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code etc/init.d/corrald} with the exit codes of the LSB. */
@AsRoot
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
@CorralOnly("the script is ours")
class InitScriptIT {
    /** With start-stop-daemon and without it. */
    private static final String FULL_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    private static final String CAT = "[program:cat]\ncommand=/bin/cat\nstartsecs=0\n";

    private final Lab lab;

    InitScriptIT(Lab lab) {
        this.lab = lab;
    }

    /** A script that knows where everything is. Closing it stops what it started. */
    private final class Installed implements AutoCloseable {
        private final DaemonBuilder builder;
        private final Path script;
        private final String path;

        Installed(String path, String programs) throws IOException {
            this.path = path;
            builder = lab.daemon(Kind.CORRAL).programs(programs);
            script = builder.dir().resolve("init");
            Files.writeString(
                    script,
                    Files.readString(Distribution.home().resolve("etc/init.d/corrald"))
                            .replace("/opt/corral", Distribution.home().toString())
                            .replace("/etc/corral/corral.conf", conf().toString())
                            .replace("/run/corrald.pid", pidfile().toString())
                            .replace("/etc/default/$NAME", builder.dir() + "/default"));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }

        Path conf() {
            return builder.dir().resolve("supervisord.conf");
        }

        Path pidfile() {
            return builder.dir().resolve("init.pid");
        }

        int run(String... arguments) {
            return outcome(arguments).exit();
        }

        Outcome outcome(String... arguments) {
            List<String> command = new ArrayList<>(List.of("/usr/bin/env", "PATH=" + path, script.toString()));
            command.addAll(List.of(arguments));
            return lab.run(builder.dir(), command);
        }

        Outcome ctl(String... arguments) {
            List<String> command =
                    new ArrayList<>(List.of(Distribution.ctl(Kind.CORRAL).toString(), "-c", conf().toString()));
            command.addAll(List.of(arguments));
            return lab.run(builder.dir(), command);
        }

        String pid() {
            return ctl("pid").out().trim();
        }

        @Override
        public void close() {
            assertThat(run("stop")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL_PATH, "/usr/bin:/bin"})
    void startsAndStopsAndSaysHowItIs(String path) throws IOException {
        try (Installed init = new Installed(path, CAT)) {
            assertThat(init.run("status")).isEqualTo(3);
            assertThat(init.ctl("pid").exit()).isNotZero();
            Outcome start = init.outcome("start");
            assertThat(start.exit()).as(start.toString()).isZero();
            Outcome status = init.outcome("status");
            assertThat(status.exit()).isZero();
            assertThat(status.out()).isEqualTo("corrald runs (pid " + init.pid() + ")\n");
            assertThat(init.ctl("status").exit()).isZero();
            String pid = init.pid();
            assertThat(init.run("start")).isZero();
            assertThat(init.pid()).isEqualTo(pid);
            assertThat(init.run("stop")).isZero();
            assertThat(ProcFs.alive(Long.parseLong(pid))).isFalse();
            assertThat(init.run("status")).isEqualTo(3);
            assertThat(init.ctl("status").exit()).isEqualTo(4);
            assertThat(init.run("stop")).isZero();
        }
    }

    @Test
    void restartsAndReloads() throws IOException {
        try (Installed init = new Installed(FULL_PATH, CAT)) {
            assertThat(init.run("reload")).isEqualTo(7);
            assertThat(init.run("try-restart")).isZero();
            assertThat(init.run("status")).isEqualTo(3);
            assertThat(init.run("force-reload")).isZero();
            String pid = init.pid();
            init.builder.programs(CAT + "[program:dog]\ncommand=/bin/cat\nstartsecs=0\n");
            assertThat(init.run("reload")).isZero();
            assertThat(init.ctl("status", "dog").exit()).isZero();
            assertThat(init.pid()).isEqualTo(pid);
            assertThat(init.run("restart")).isZero();
            String other = init.pid();
            assertThat(other).isNotEqualTo(pid).isNotEmpty();
            init.builder.programs("[program:cat]\n");
            assertThat(init.run("restart")).isEqualTo(6);
            assertThat(init.run("reload")).isEqualTo(1);
            assertThat(init.pid()).isEqualTo(other);
        }
    }

    @Test
    void aDaemonThatDiedIsNoticedAndStartedAgain() throws IOException {
        try (Installed init = new Installed(FULL_PATH, "")) {
            assertThat(init.run("start")).isZero();
            long pid = Long.parseLong(init.pid());
            lab.run(init.builder.dir(), List.of("/bin/kill", "-9", Long.toString(pid)));
            await("its death").until(() -> !ProcFs.alive(pid));
            assertThat(init.run("status")).isEqualTo(1);
            assertThat(init.run("start")).isZero();
            assertThat(init.run("status")).isZero();
            assertThat(init.run("stop")).isZero();
            // Another program has its number now.
            Files.writeString(init.pidfile(), ProcessHandle.current().pid() + "\n");
            assertThat(init.run("status")).isEqualTo(1);
            assertThat(init.run("stop")).isZero();
        }
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        try (Installed init = new Installed(FULL_PATH, CAT)) {
            assertThat(init.run("juggle")).isEqualTo(2);
            assertThat(init.run()).isEqualTo(2);
            Files.writeString(init.builder.dir().resolve("default"), "CORRAL_HOME=/nowhere\n");
            assertThat(init.run("start")).isEqualTo(5);
            Files.writeString(init.builder.dir().resolve("default"), "CONFIG=/nowhere\n");
            assertThat(init.run("start")).isEqualTo(6);
            Files.writeString(init.builder.dir().resolve("default"), "");
            assertThat(lab.run(
                                    init.builder.dir(),
                                    List.of(
                                            "/usr/bin/setpriv",
                                            "--reuid=12345",
                                            "--clear-groups",
                                            init.script.toString(),
                                            "status"))
                            .exit())
                    .isEqualTo(3);
            init.builder.programs("[program:cat]\n");
            Outcome start = init.outcome("start");
            assertThat(start.exit()).isEqualTo(1);
            assertThat(start.err()).contains("does not specify a command");
        }
    }
}
