package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One file full of what Supervisor's dialect allows, read by both daemons alike (spec/supervisor.md 1). */
@ExtendWith(LabExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class DialectIT {
    private final Map<Kind, RunningDaemon> daemons = new EnumMap<>(Kind.class);

    @BeforeAll
    void start(Lab lab) throws Exception {
        for (Kind kind : Kind.values()) {
            DaemonBuilder builder = lab.daemon(kind).config(Script.resource("weird.conf"));
            java.nio.file.Files.createDirectory(builder.dir().resolve("conf.d"));
            builder.file("conf.d/one.conf", Script.resource("weird-included.conf"))
                    .file("conf.d/two.conf", "[program:twice]\nstartretries=9\n")
                    .file("conf.d/ignored.txt", "not a configuration")
                    .file("more-1.ini", "[program:last]\ncommand=/bin/echo last\n")
                    .env("GIVEN", "handed down");
            daemons.put(kind, builder.start());
        }
    }

    /** One line for each field of each process. */
    private List<String> facts(Kind kind, String method) {
        RunningDaemon daemon = daemons.get(kind);
        return ((List<?>) daemon.rpc("supervisor." + method))
                .stream()
                        .map(struct -> (Map<?, ?>) struct)
                        .flatMap(struct -> struct.entrySet().stream()
                                .map(field -> struct.get("group") + ":" + struct.get("name") + " " + field))
                        .map(text ->
                                text.replace(daemon.dir().toString(), "DIR").replaceAll("-\\w{8}\\.log", "-RANDOM.log"))
                        .toList();
    }

    @Test
    void allOptionsOfAllProcessesAreReadAlike() {
        assertThat(facts(Kind.CORRAL, "getAllConfigInfo"))
                .containsExactlyInAnyOrderElementsOf(facts(Kind.SUPERVISOR, "getAllConfigInfo"));
    }

    @Test
    void globalOptionsAreReadAlike() {
        for (Kind kind : Kind.values()) {
            assertThat(daemons.get(kind).rpc("supervisor.getIdentification")).isEqualTo("overridden");
        }
    }

    @Test
    void environmentsAreReadAlike() {
        for (String program : List.of("env", "env2")) {
            assertThat(environment(Kind.CORRAL, program))
                    .isEqualTo(environment(Kind.SUPERVISOR, program))
                    .contains("G2=two, with a comma", "GIVEN=handed down");
        }
    }

    private List<String> environment(Kind kind, String program) {
        RunningDaemon daemon = daemons.get(kind);
        daemon.awaitState(program, "EXITED");
        daemon.until("output", () -> daemon.text(program + ".log").contains("SUPERVISOR_ENABLED"));
        return daemon.text(program + ".log")
                .replace(daemon.dir().toString(), "DIR")
                .lines()
                .filter(line -> !line.startsWith(Lab.MARK))
                .sorted()
                .toList();
    }

    @Test
    void includesAreLogged() {
        for (Kind kind : Kind.values()) {
            RunningDaemon daemon = daemons.get(kind);
            String dir = daemon.dir().toString();
            assertThat(LogLine.about(daemon.log(), "clude").stream()
                            .map(line -> line.replace(dir, "DIR"))
                            .toList())
                    .contains(
                            "INFO Included extra file \"DIR/conf.d/one.conf\" during parsing",
                            "INFO Included extra file \"DIR/conf.d/two.conf\" during parsing",
                            "INFO Included extra file \"DIR/more-1.ini\" during parsing",
                            "WARN No file matches via include \"DIR/nothing/*.conf\"");
        }
    }
}
