package corral.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.http.UnderscoreNames.Verdict;
import corral.server.options.HttpOptions.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnderscoreNamesTest {
    private static Verdict of(HeaderMap map, String name, boolean trusted, String... forwarders) {
        byte[] bytes = ("GET " + name).getBytes(StandardCharsets.US_ASCII);
        return new UnderscoreNames(map, List.of(forwarders)).of(bytes, 4, bytes.length, trusted);
    }

    @Test
    void theMapDecidesOnOrdinaryNames() {
        for (boolean trusted : new boolean[] {false, true}) {
            assertThat(of(HeaderMap.DROP, "x_a", trusted, "SCRIPT_NAME")).isEqualTo(Verdict.DROP);
            assertThat(of(HeaderMap.REFUSE, "x_a", trusted, "SCRIPT_NAME")).isEqualTo(Verdict.REFUSE);
            assertThat(of(HeaderMap.DANGEROUS, "x_a", trusted, "SCRIPT_NAME")).isEqualTo(Verdict.PASS);
        }
    }

    @Test
    void trustedPeersMaySendForwarderHeaders() {
        assertThat(of(HeaderMap.DROP, "script_name", true, "SCRIPT_NAME", "PATH_INFO"))
                .isEqualTo(Verdict.PASS);
        assertThat(of(HeaderMap.REFUSE, "path_info", true, "SCRIPT_NAME", "PATH_INFO"))
                .isEqualTo(Verdict.PASS);
        assertThat(of(HeaderMap.DROP, "x_a", true, "*")).isEqualTo(Verdict.PASS);
    }

    @Test
    void strangersMayNot() {
        assertThat(of(HeaderMap.DANGEROUS, "script_name", false, "SCRIPT_NAME")).isEqualTo(Verdict.DROP);
        assertThat(of(HeaderMap.REFUSE, "script_name", false, "SCRIPT_NAME")).isEqualTo(Verdict.REFUSE);
        assertThat(of(HeaderMap.DROP, "x_a", false, "*")).isEqualTo(Verdict.DROP);
    }
}
