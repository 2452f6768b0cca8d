package corral.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.server.exchange.RequestHead;
import corral.server.frames.ResponseHead;
import corral.server.proxy.Heads;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AtomFormatTest {
    private static final LogClock CLOCK =
            new LogClock(() -> Instant.parse("2026-11-21T04:35:22.5Z").toEpochMilli(), ZoneOffset.ofHours(1));

    private static final RequestHead HEAD = Heads.of(
            "GET",
            "/a%20b?x=1",
            "/a%20b",
            "x=1",
            1,
            "host: h",
            "referer: http://r/",
            "user-agent: curl \"7\"",
            "x-twice: one",
            "x-twice: two");

    private static String line(String format, AccessEntry entry) {
        StringBuilder out = new StringBuilder();
        AtomFormat.of(format, CLOCK).append(out, entry);
        return out.toString();
    }

    private static String line(String format) {
        return line(format, Entries.of(HEAD));
    }

    @Test
    void theDefaultIsGunicorns() {
        assertThat(line(AtomFormat.COMBINED))
                .isEqualTo("127.0.0.1 - - [21/Nov/2026:05:35:22 +0100] \"GET /a%20b?x=1 HTTP/1.1\" 404 0"
                        + " \"http://r/\" \"curl \\\"7\\\"\"");
    }

    @ParameterizedTest
    @CsvSource({
        "h,127.0.0.1",
        "l,-",
        "u,-",
        "r,GET /a%20b?x=1 HTTP/1.1",
        "m,GET",
        "U,/a b",
        "q,x=1",
        "H,HTTP/1.1",
        "s,404",
        "b,0",
        "B,0",
        "f,http://r/",
        "T,0",
        "M,0",
        "D,858",
        "L,0.000858",
        "p,<77>",
        "Q,0.000042",
        "W,1",
        "{X-Twice}i,two",
        "{host}I,h",
        "{none}i,-",
        "{none}o,-",
        "{REQUEST_METHOD}e,GET",
        "{http_x_twice}e,two",
        "{remote_addr}e,127.0.0.1",
        "{wsgi.url_scheme}e,http",
        "{x}z,-",
        "{x,-",
        "unknown,-",
        "'',-"
    })
    void everyAtomHasItsValue(String name, String value) {
        assertThat(line("%(" + name + ")s")).isEqualTo(value);
    }

    @Test
    void timesAreOfTheSubDayPart() {
        long nanos = TimeUnit.DAYS.toNanos(1) + TimeUnit.MICROSECONDS.toNanos(61_000_042);
        AccessEntry entry = Entries.took(HEAD, "h", 200, null, nanos);

        assertThat(line("%(T)s %(M)s %(D)s %(L)s", entry)).isEqualTo("61 61000 61000042 61.000042");
    }

    @Test
    void theHostOfAUnixPeerIsEmpty() {
        assertThat(line("%(h)s %(l)s", Entries.of(HEAD, null, 200, null))).isEqualTo(" -");
    }

    @Test
    void responseHeadersAreWantedOnlyIfNamed() {
        ResponseHead response = ResponseHead.of(200, "X-A", "1", "x-a", "2");

        assertThat(line("%({X-a}o)s", Entries.of(HEAD, "h", 200, response))).isEqualTo("2");
        assertThat(AtomFormat.of("%({x-a}o)s", CLOCK).wantsResponseHeaders()).isTrue();
        assertThat(AtomFormat.of(AtomFormat.COMBINED, CLOCK).wantsResponseHeaders())
                .isFalse();
    }

    @Test
    void theUserIsThatOfBasicAuthentication() {
        assertThat(user("Basic " + base64("joe:secret"))).isEqualTo("joe");
        assertThat(user("bAsIc " + base64("joe"))).isEqualTo("joe");
        assertThat(user("Basic " + base64("j\"\n:x"))).isEqualTo("j\\\"\\x0a");
        assertThat(user("Basic " + base64(":x"))).isEqualTo("-");
        assertThat(user("Basic ****")).isEqualTo("-");
        assertThat(user("Bearer abc")).isEqualTo("-");
    }

    private static String user(String authorization) {
        return line("%(u)s", Entries.of(Heads.with("authorization: " + authorization)));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nothingFromOutsideBreaksTheLine() {
        RequestHead head = Heads.of("GET", "/%0A%22%7F%ff", "/%0A%22%7F%ff", "", 1, "referer: a\"\tb");

        assertThat(line("%(U)s|%(f)s", Entries.of(head))).isEqualTo("/\\x0a\\\"\\x7fÿ|a\\\"\\x09b");
    }

    @Test
    void withoutARequestItsAtomsAreUnknown() {
        AccessEntry entry = new AccessEntry(null, "1.2.3.4", 5, "http", 400, 9, 1, 1, 0, 0, -1, null);

        assertThat(line("%(h)s \"%(r)s\" %(m)s %(U)s %(q)s %(H)s %(f)s %(a)s %({x}i)s %(s)s %(b)s %(p)s %(W)s", entry))
                .isEqualTo("1.2.3.4 \"-\" - - - - - - - 400 9 - -");
    }

    @Test
    void widthsAndPercentSignsAreAsInPython() {
        assertThat(line("100%% [%(m)5s] [%(m)-5s] [%(D)06d] [%(m).2s] [%(s)d]"))
                .isEqualTo("100% [  GET] [GET  ] [000858] [GE] [404]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%(h", "%h", "%", "%(h)", "%(h)x", "%(h)5"})
    void whatPythonWouldRefuseIsRefusedAtTheStart(String format) {
        assertThatThrownBy(() -> AtomFormat.of("x " + format, CLOCK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("access_log_format: ")
                .hasMessageContaining("at \"" + format);
    }

    @Test
    void theTimeFollowsTheClock() {
        long[] now = {0};
        LogClock clock = new LogClock(() -> now[0], ZoneOffset.UTC);

        assertThat(clock.commonLogFormat()).isEqualTo("[01/Jan/1970:00:00:00 +0000]");
        now[0] = 1_999;
        assertThat(clock.commonLogFormat()).isEqualTo("[01/Jan/1970:00:00:01 +0000]");
    }
}
