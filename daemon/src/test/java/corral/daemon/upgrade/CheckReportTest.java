package corral.daemon.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What one version tells another. */
class CheckReportTest {
    private static final CheckReport REPORT = new CheckReport(
            1,
            "0.2 größer",
            "/run/corral/x\ny",
            Optional.of(65534),
            "/opt/j%20/bin/java",
            List.of("java", "-jar", "a b", ""),
            List.of("A=\u00ff\u00fe", "B=x\ny=z", "C="));

    @Test
    void itIsReadAsItWasWrittenWhateverIsSaidBefore() {
        String output = "a warning\nx: 0 errors; configuration is good\n" + REPORT.text();
        assertThat(CheckReport.read(output)).contains(REPORT);
        assertThat(CheckReport.read(REPORT.text())).contains(REPORT);
        assertThat(CheckReport.withoutReport(output)).isEqualTo("a warning\nx: 0 errors; configuration is good");
        assertThat(REPORT.text()).matches("[\\x20-\\x7e\\n]*");
    }

    @Test
    void keysOfLaterVersionsAreLeftOut() {
        assertThat(CheckReport.read(REPORT.text() + "colour=red\n")).contains(REPORT);
    }

    @Test
    void anotherProtocolIsReadAsFarAsItGoes() {
        assertThat(CheckReport.read("CORRALD_STATE=2\n").map(CheckReport::protocol))
                .contains(2);
    }

    @Test
    void outputWithoutAReportHasNone() {
        assertThat(CheckReport.read("")).isEmpty();
        assertThat(CheckReport.read("configuration is good\n")).isEmpty();
        assertThat(CheckReport.read("CORRALD_STATE=new\n")).isEmpty();
        assertThat(CheckReport.withoutReport("usage\n")).isEqualTo("usage");
    }

    @Test
    void theOwnReportHasWhatThisProcessWasStartedWithButItsOwnArguments() throws Exception {
        int all = Files.readString(Path.of("/proc/self/cmdline")).split("\0", -1).length - 1;
        CheckReport own = CheckReport.own("1", Path.of("/run/x"), Optional.empty(), all - 1);
        assertThat(own.arguments()).hasSize(1);
        assertThat(own.executable()).endsWith("/java");
        assertThat(own.environment()).anyMatch(entry -> entry.startsWith("PATH="));
    }
}
