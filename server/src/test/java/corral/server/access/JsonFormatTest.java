package corral.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import corral.server.proxy.Heads;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class JsonFormatTest {
    private static JsonObject parsed(AccessEntry entry) {
        StringBuilder out = new StringBuilder();
        new JsonFormat(new LogClock(() -> 1_500, ZoneOffset.UTC)).append(out, entry);
        assertThat(out).doesNotContain("\n");
        return JsonParser.parseString(out.toString()).getAsJsonObject();
    }

    @Test
    void everyFieldIsThere() {
        JsonObject json = parsed(Entries.of(Heads.of(
                "GET", "/%c3%a9%0a\"\\?x=1", "/%c3%a9%0a\"\\", "x=1", 1, "host: h", "referer: r", "user-agent: a\"")));

        assertThat(json.get("time").getAsString()).isEqualTo("1970-01-01T00:00:01.500Z");
        assertThat(json.get("client").getAsString()).isEqualTo("127.0.0.1");
        assertThat(json.get("port").getAsInt()).isEqualTo(36598);
        assertThat(json.get("scheme").getAsString()).isEqualTo("http");
        assertThat(json.get("method").getAsString()).isEqualTo("GET");
        assertThat(json.get("path").getAsString()).isEqualTo("/é\n\"\\");
        assertThat(json.get("query").getAsString()).isEqualTo("x=1");
        assertThat(json.get("protocol").getAsString()).isEqualTo("HTTP/1.1");
        assertThat(json.get("host").getAsString()).isEqualTo("h");
        assertThat(json.get("referer").getAsString()).isEqualTo("r");
        assertThat(json.get("user_agent").getAsString()).isEqualTo("a\"");
        assertThat(json.get("status").getAsInt()).isEqualTo(404);
        assertThat(json.get("bytes").getAsLong()).isZero();
        assertThat(json.get("seconds").getAsString()).isEqualTo("0.000858");
        assertThat(json.get("queue_seconds").getAsString()).isEqualTo("0.000042");
        assertThat(json.get("worker").getAsInt()).isEqualTo(1);
        assertThat(json.get("pid").getAsInt()).isEqualTo(77);
        assertThat(json.size()).isEqualTo(17);
    }

    @Test
    void whatIsUnknownIsNull() {
        JsonObject json = parsed(new AccessEntry(null, null, 0, "http", 400, 9, 1, 1, 0, 0, -1, null));

        assertThat(json.get("client").isJsonNull()).isTrue();
        assertThat(json.get("method").isJsonNull()).isTrue();
        assertThat(json.get("worker").isJsonNull()).isTrue();
        assertThat(json.get("pid").isJsonNull()).isTrue();
    }
}
