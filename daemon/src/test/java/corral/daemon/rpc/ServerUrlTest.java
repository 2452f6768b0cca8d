package corral.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUrlTest {

    @ParameterizedTest
    @CsvSource({
        "http://localhost:9001, localhost, 9001",
        "http://h, h, 80",
        "http://h:/x, h, 80",
        "http://h:1/path?x, h, 1",
        "http://u:p@h:2, h, 2",
        "http://[::1]:9001/, ::1, 9001",
        "http://[::1], ::1, 80"
    })
    void hostAndPortAreFound(String text, String host, int port) {
        ServerUrl url = ServerUrl.parse(text);
        assertThat(url).isEqualTo(new ServerUrl(text, host, port, ""));
        assertThat(url.isUnix()).isFalse();
    }

    @Test
    void whatFollowsUnixIsAPath() {
        assertThat(ServerUrl.parse("unix:///run/s:1.sock"))
                .isEqualTo(new ServerUrl("unix:///run/s:1.sock", "", 0, "/run/s:1.sock"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x/y", "x:y", "", "http://h:x", "http://h:0", "http://h:65536"})
    void anythingElseIsRefusedByName(String text) {
        assertThatThrownBy(() -> ServerUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }
}
