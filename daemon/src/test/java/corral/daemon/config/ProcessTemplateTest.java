package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups whose number of processes may change: what further ones are like. */
class ProcessTemplateTest {
    @TempDir
    Path dir;

    private ConfigFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new ConfigFixture(dir);
    }

    private GroupConfig group(String text) {
        return fixture.with(text + "\n").groups().get(0);
    }

    private GroupConfig server(String lines) {
        return group("[server:web]\napp=main:app\n" + lines);
    }

    private List<String> errors(String lines) {
        return fixture.read(ConfigFixture.MINIMAL + "[server:web]\napp=a:b\n" + lines + "\n").errors().stream()
                .map(p -> ProblemText.line(p).replace(dir + "/", "").replace("supervisord.conf:", ""))
                .toList();
    }

    @Test
    void aServerOfAnotherNumberIsAsIfItWereConfiguredSo() {
        for (String lines : List.of("", "threads=4\nenvironment=A=%(ENV_N)s", "preload_app=true")) {
            assertThat(server(lines + "\nworkers=1").scaledTo(3).processes())
                    .as(lines)
                    .isEqualTo(server(lines + "\nworkers=3").processes());
            assertThat(server(lines + "\nworkers=3").scaledTo(0).processes())
                    .isEqualTo(server(lines + "\nworkers=0").processes());
        }
    }

    @Test
    void furtherOnesAreMadeWhenTheFilesOfTheConfigurationAreGone() throws Exception {
        Files.createDirectory(dir.resolve("log"));
        String lines = "stdout_logfile=%(here)s/log/%(process_name)s.log";
        GroupConfig web = server(lines);
        Files.delete(dir.resolve("log"));
        assertThat(web.scaledTo(3).processes().get(3).stdout().target())
                .isEqualTo(new LogTarget.File(dir + "/log/worker-2.log"));
    }

    @Test
    void howManyOthersThereAreMakesNoOtherWorker() {
        ProcessConfig alone = server("workers=1").processes().get(1);
        ProcessConfig oneOfTwo = server("workers=2").processes().get(1);
        assertThat(alone).isEqualTo(oneOfTwo).hasSameHashCodeAs(oneOfTwo);
        assertThat(((ServerRole.Worker) oneOfTwo.additions().role().orElseThrow()).total())
                .isEqualTo(2);
    }

    @Test
    void limitsAreAPartOfTheGroup() {
        GroupConfig before = server("workers_min=1\nworkers_max=4");
        assertThat(before.template().orElseThrow().limits()).contains(new ProcessTemplate.Limits(1, 4));
        assertThat(server("workers_min=1\nworkers_max=4")).isEqualTo(before);
        assertThat(server("workers_min=1\nworkers_max=5")).isNotEqualTo(before);
        assertThat(server("")).isNotEqualTo(before);
    }

    @Test
    void aServerWithLimitsAndNoNumberStartsWithTheLeast() {
        assertThat(server("workers_min=3\nworkers_max=4").processes()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            workers_min=2                            | 6: error: [server:web] workers_min: one limit without the other (add workers_max=)
            workers_max=2                            | 6: error: [server:web] workers_max: one limit without the other (add workers_min=)
            workers_min=3;workers_max=2;workers=3    | 6: error: [server:web] workers_min: 3 is more than workers_max=2 (allowed: up to workers_max)
            workers=5;workers_min=2;workers_max=4    | 6: error: [server:web] workers: it starts with 5 workers, which is not between workers_min=2 and workers_max=4 (allowed: from 2 to 4)
            """)
    void limitsThatMakeNoSenseAreRefused(String lines, String message) {
        assertThat(errors(lines.replace(';', '\n'))).containsExactly(message);
    }

    @Test
    void aProgramNeedsTheNumberInTheNameOfItsProcesses() {
        GroupConfig numbered = group("[program:x]\ncommand=/bin/x %(process_num)d\nnumprocs=2\nnumprocs_start=5\n"
                + "process_name=%(program_name)s_%(process_num)d");
        assertThat(numbered.scaledTo(7).processes())
                .extracting(ProcessConfig::name)
                .containsExactly("x_10", "x_11", "x_5", "x_6", "x_7", "x_8", "x_9");
        assertThat(numbered.template().orElseThrow().numbered(7).get(6).command())
                .isEqualTo("/bin/x 11");
        assertThat(numbered.scaledTo(2)).isEqualTo(numbered);
        assertThat(group("[program:x]\ncommand=/bin/x").template()).isEmpty();
    }

    @Test
    void aGroupOfOneProgramIsAsGoodAsTheProgram() {
        String programs = "[program:a]\ncommand=/bin/a\nprocess_name=a%(process_num)d\n[program:b]\ncommand=/bin/b\n";
        assertThat(group(programs + "[group:g]\nprograms=a\npriority=1")
                        .scaledTo(2)
                        .processes())
                .extracting(ProcessConfig::name)
                .containsExactly("a0", "a1");
        assertThat(group(programs + "[group:g]\nprograms=a,b\npriority=1").template())
                .isEmpty();
    }
}
