package corral.daemon.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0:00:00",
                "3 | 0:00:03",
                "3661 | 1:01:01",
                "86399 | 23:59:59",
                "86400 | 1 day, 0:00:00",
                "180061 | 2 days, 2:01:01"
            })
    void uptimeIsWrittenAsPythonWritesATimedelta(long seconds, String text) {
        assertThat(Description.uptime(seconds)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T04:19:00,Nov 21 04:19 AM",
        "2026-01-02T00:05:00,Jan 02 12:05 AM",
        "2026-07-31T12:00:00,Jul 31 12:00 PM",
        "2026-12-09T23:59:00,Dec 09 11:59 PM"
    })
    void stopTimeIsWrittenAsStrftimeDoesInTheCLocale(LocalDateTime time, String text) {
        long epochMs = time.toInstant(ZoneOffset.UTC).toEpochMilli();
        assertThat(Description.stopped(1, epochMs, ZoneOffset.UTC)).isEqualTo(text);
    }

    @Test
    void failureWithoutAReasonPointsToTheLog() {
        assertThat(Description.failed("", "web")).isEqualTo("unknown error (try \"tail web\")");
    }

    @Test
    void clockSetBackNeverShowsANegativeUptime() {
        assertThat(Description.running(7, 10_000, 1_000)).isEqualTo("pid 7, uptime 0:00:00");
    }
}
