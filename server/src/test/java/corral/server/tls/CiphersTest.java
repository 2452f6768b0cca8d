package corral.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class CiphersTest {
    @Test
    void openSslReadsItsListItselfAndKeepsTls13() {
        List<String> unknown = new ArrayList<>();

        assertThat(Ciphers.openSsl("ECDHE+AESGCM:!aNULL,ECDHE-RSA-CHACHA20-POLY1305 @STRENGTH", unknown))
                .startsWith(Ciphers.TLS13.toArray(String[]::new))
                .endsWith("ECDHE+AESGCM", "!aNULL", "ECDHE-RSA-CHACHA20-POLY1305", "@STRENGTH");
        assertThat(unknown).isEmpty();
    }

    @Test
    void whatBoringSslDoesNotKnowIsNamed() {
        List<String> unknown = new ArrayList<>();

        Ciphers.openSsl("NONSENSE:ECDHE+FOO:!BAR:DHE-RSA-AES128-GCM-SHA256", unknown);

        assertThat(unknown).containsExactly("NONSENSE", "FOO", "DHE-RSA-AES128-GCM-SHA256");
    }

    @Test
    void theJdkGetsNamesOfItsOwn() throws Exception {
        assertThat(jdk("ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"))
                .containsExactlyInAnyOrder(
                        "TLS_AES_256_GCM_SHA384",
                        "TLS_CHACHA20_POLY1305_SHA256",
                        "TLS_AES_128_GCM_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    }

    @Test
    void wordsStandForGroupsAndCanBeTakenOut() throws Exception {
        assertThat(jdk("ECDHE+AESGCM:!aNULL:!AES256:!ECDSA"))
                .endsWith("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
                .hasSize(4);
        assertThat(jdk("HIGH:!kRSA:!SHA:!RC4"))
                .noneMatch(suite -> suite.startsWith("TLS_RSA_") || suite.endsWith("_SHA"));
    }

    @Test
    void whatWasTakenOutForGoodDoesNotComeBack() throws Exception {
        assertThat(jdk("AES128:!kRSA:AES:-AES256"))
                .noneMatch(suite -> suite.startsWith("TLS_RSA_"))
                .noneMatch(suite -> suite.contains("_WITH_AES_256"));
    }

    @Test
    void theJdkRefusesUnknownNamesByName() {
        assertThatThrownBy(() -> jdk("ECDHE+AESGCM:NONSENSE")).hasMessageContaining("\"NONSENSE\" is not known");
        assertThatThrownBy(() -> jdk("RC4")).hasMessageContaining("nothing of \"RC4\" can be used");
    }

    private static List<String> jdk(String list) throws Exception {
        return Ciphers.jdk(
                list,
                List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites()));
    }
}
