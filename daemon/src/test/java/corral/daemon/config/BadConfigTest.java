package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bad configuration does, spec/supervisor.md 1.7. */
class BadConfigTest {

    @TempDir
    Path dir;

    private ConfigFixture fixture;
    private String suffix;

    @BeforeEach
    void createFixture() {
        fixture = new ConfigFixture(dir);
        suffix = " in section 'program:a' (file: '" + fixture.main() + "')";
    }

    private String programError(String lines) {
        return fixture.error("[supervisord]\n[program:a]\n" + lines);
    }

    @Test
    void parseErrorsAreOneMessageForSupervisorAndOneProblemPerLine() {
        ConfigResult result = fixture.read("[supervisord]\nfoo\n[program:a]\ncommand=x\nbar\nstartsecs=x\n");
        assertThat(ProblemText.firstError(result.problems()))
                .isEqualTo("Source contains parsing errors: '" + fixture.main() + "'\n\t[line  2]: 'foo\\n'"
                        + "\n\t[line  5]: 'bar\\n'");
        assertThat(result.errors()).extracting(p -> p.origin().line()).containsExactly(2, 5, 6);
        assertThat(result.errors().get(1).message())
                .isEqualTo("cannot be read: 'bar' (neither a [section], nor key=value, nor a comment)");
    }

    @Test
    void textAboveTheFirstHeaderIsAnError() {
        assertThat(fixture.error("a=1\n[supervisord]\n"))
                .isEqualTo("File contains no section headers.\nfile: '" + fixture.main() + "', line: 1\n'a=1\\n'");
    }

    @Test
    void fileMustExistAndBeReadable() {
        ConfigReader reader = new ConfigReader();
        assertThat(ProblemText.startupError(
                        reader.read(dir.resolve("no"), Map.of(), Overrides.NONE).problems()))
                .isEqualTo("Error: could not find config file " + dir.resolve("no"));
        assertThat(ProblemText.startupError(
                        reader.read(dir, Map.of(), Overrides.NONE).problems()))
                .isEqualTo("Error: could not read config file " + dir);
    }

    @Test
    void fileMustBeUtf8() throws IOException {
        Path file = Files.write(dir.resolve("x"), new byte[] {'[', 'a', ']', '\n', ';', -1});
        ConfigResult result = new ConfigReader().read(file, Map.of(), Overrides.NONE);
        assertThat(result.errors().get(0).supervisorText())
                .isEqualTo("'utf-8' codec can't decode byte 0xff in position 5: invalid start byte");
        assertThat(result.errors().get(0).origin()).isEqualTo(new Origin(file, 2));
    }

    @Test
    void supervisordSectionIsRequired() {
        assertThat(fixture.error("[program:a]\ncommand=x")).isEqualTo(".ini file does not include supervisord section");
    }

    @Test
    void commandIsRequired() {
        assertThat(programError("")).isEqualTo("program section program:a does not specify a command" + suffix);
    }

    @Test
    void severalProcessesNeedDifferentNames() {
        assertThat(programError("command=x\nnumprocs=2"))
                .isEqualTo("%(process_num) must be present within process_name when numprocs > 1" + suffix);
    }

    @Test
    void groupThatIsStoppedMustBeKilled() {
        assertThat(programError("command=x\nstopasgroup=true\nkillasgroup=false"))
                .isEqualTo("Cannot set stopasgroup=true and killasgroup=false" + suffix);
    }

    @Test
    void errorsOfGlobalOptionsGroupsAndServersNameNoSection() {
        assertThat(fixture.error("[supervisord]\nminfds=x")).isEqualTo("invalid literal for int() with base 10: 'x'");
        assertThat(fixture.error("[supervisord]\n[group:g]\npriority=x"))
                .isEqualTo("invalid literal for int() with base 10: 'x'");
        assertThat(fixture.error("[supervisord]\n[inet_http_server]\nport=x"))
                .isEqualTo("not a valid port number: 'x' ");
    }

    @Test
    void rpcInterfaceNeedsAFactory() {
        assertThat(fixture.error("[supervisord]\n[rpcinterface:x]"))
                .isEqualTo("section [rpcinterface:x] does not specify a supervisor.rpcinterface_factory");
    }

    @Test
    void numberOfProcessesHasALimit() {
        assertThat(programError("command=x\nprocess_name=%(process_num)s\nnumprocs=1000000000"))
                .isEqualTo("numprocs 1000000000 is above upper bound (100000)" + suffix);
    }

    @Test
    void allErrorsAreFoundAtOnceInSupervisorsOrder() {
        ConfigResult result = fixture.read("""
                [inet_http_server]
                port=x
                [supervisord]
                user=nosuch
                loglevel=loud
                minfds=many
                [program:a]
                stopsignal=X
                startsecs=soon
                environment=A
                [group:g]
                programs=b
                """);
        assertThat(result.config()).isEmpty();
        assertThat(result.errors())
                .extracting(p -> p.origin().line() + " " + p.section() + " " + p.key())
                .containsExactly(
                        "6 supervisord minfds",
                        "5 supervisord loglevel",
                        "12 group:g programs",
                        "9 program:a startsecs",
                        "8 program:a stopsignal",
                        "10 program:a environment",
                        "7 program:a ",
                        "2 inet_http_server port",
                        "4 supervisord user");
    }

    @Test
    void listForPeopleIsSortedByLineAndSaysWhatIsAllowed() {
        ConfigResult result = fixture.read("[supervisord]\nloglevel=loud\nminfds=1_x\nunix=1\n");
        assertThat(ProblemText.list(result.problems()).replace(dir + "/", "")).isEqualTo("""
                        supervisord.conf:1: warning: [rpcinterface:supervisor] missing: without it and \
                        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface no client can \
                        control the programs
                        supervisord.conf:2: error: [supervisord] loglevel: bad logging level name 'loud' (allowed: \
                        critical, error, warn, info, debug, trace or blather)
                        supervisord.conf:3: error: [supervisord] minfds: invalid literal for int() with base 10: '1_x' \
                        (allowed: a whole number)
                        supervisord.conf:4: warning: [supervisord] unix: unknown key is ignored
                        """);
    }

    @Test
    void errorThatComesFromDefaultsNamesTheirLine() {
        ConfigResult result = fixture.read("[DEFAULT]\nstartsecs=x\n[supervisord]\n[program:a]\ncommand=x\n");
        assertThat(result.errors().get(0).origin().line()).isEqualTo(2);
        assertThat(result.errors().get(0).section()).isEqualTo("DEFAULT");
        assertThat(result.errors().get(0).supervisorText()).endsWith(suffix);
    }
}
