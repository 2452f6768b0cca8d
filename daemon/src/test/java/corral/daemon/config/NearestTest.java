package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({
        "comand,command",
        "startsec,startsecs",
        "autostrat,autostart",
        "redirect_sterr,redirect_stderr",
        "stdout_log,stdout_syslog",
        "logfile,stdout_logfile",
        "env,''",
        "zzzzzz,''",
        "usr,user"
    })
    void unknownOptionOfAProgramSuggestsTheNearest(String unknown, String nearest) {
        assertThat(ProgramKeys.TABLE.nearest(unknown).orElse("")).isEqualTo(nearest);
    }

    @ParameterizedTest
    @CsvSource({
        "' program:a',program:a", "PROGRAM:Web,program:Web", "programs:a,program:a", "supervisor,supervisord",
        "supervisorclt,supervisorctl", "group,group:NAME", "unix_http_serve,unix_http_server", "something:else,''"
    })
    void unknownSectionSuggestsTheNearest(String unknown, String nearest) {
        assertThat(Sections.nearest(unknown).orElse("")).isEqualTo(nearest);
    }

    @Test
    void swappedNeighboursAreOneEdit() {
        assertThat(Nearest.edits("strat", "start")).isEqualTo(1);
        assertThat(Nearest.edits("", "abc")).isEqualTo(3);
        assertThat(Nearest.edits("kitten", "sitting")).isEqualTo(3);
    }

    @Test
    void everyOptionHasHelpAndEveryDefaultIsValid() {
        Host host = Host.local(
                Path.of("/"),
                Map.of(),
                new PasswordFiles(Path.of("/etc/passwd"), Path.of("/etc/group")),
                Path.of("/opt/corral"));
        for (KeyTable table : Sections.TABLES) {
            for (Key<?> key : table.keys()) {
                assertThat(key.help()).as(key.name()).isNotEmpty().doesNotContain("\n");
                assertThat(key.type().allowed()).as(key.name()).isNotEmpty();
                key.fallback()
                        .filter(text -> !text.contains("%"))
                        .ifPresent(text -> assertThat(
                                        catchThrowable(() -> key.type().read(text, host)))
                                .as(key.name())
                                .isNull());
            }
        }
    }
}
