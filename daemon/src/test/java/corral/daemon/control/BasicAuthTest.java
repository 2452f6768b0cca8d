package corral.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BasicAuthTest {
    private static final String SHA_OF_SECRET = "{SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";

    private final BasicAuth plain = new BasicAuth(TestServer.inet("joe", "secret"));
    private final BasicAuth hashed = new BasicAuth(TestServer.inet("joe", SHA_OF_SECRET));

    @Test
    void admitsTheRightPasswordOnly() {
        for (BasicAuth auth : new BasicAuth[] {plain, hashed}) {
            assertThat(auth.check(basic("joe:secret"))).isEqualTo(200);
            assertThat(auth.check(basic("joe:secret "))).isEqualTo(401);
            assertThat(auth.check(basic("joe:"))).isEqualTo(401);
            assertThat(auth.check(basic("Joe:secret"))).isEqualTo(401);
            assertThat(auth.check(basic("joe"))).isEqualTo(401);
        }
        assertThat(hashed.check(basic("joe:" + SHA_OF_SECRET))).isEqualTo(401);
    }

    @Test
    void aPasswordMayContainColonsAndOtherLetters() {
        BasicAuth auth = new BasicAuth(TestServer.inet("jöe", "a:ß"));
        assertThat(auth.check(basic("jöe:a:ß"))).isEqualTo(200);
    }

    @Test
    void theSchemeIsBasicInAnyCase() {
        assertThat(plain.check(basic("joe:secret").replace("Basic", "bAsIc"))).isEqualTo(200);
        assertThat(plain.check(basic("joe:secret").replace("Basic", "Digest"))).isEqualTo(401);
        assertThat(plain.check("Basic")).isEqualTo(401);
        assertThat(plain.check(null)).isEqualTo(401);
    }

    @Test
    void whatCannotBeDecodedIsABadRequest() {
        assertThat(plain.check("Basic a")).isEqualTo(400);
        assertThat(plain.check("Basic /////w==")).isEqualTo(400);
    }

    @Test
    void anEmptyUserNeedsNoCredentials() {
        BasicAuth auth = new BasicAuth(TestServer.inet("", "secret"));
        assertThat(auth.isRequired()).isFalse();
        assertThat(auth.check(null)).isEqualTo(200);
    }

    @Test
    void everyPathNeedsCredentials(@TempDir Path directory) throws Exception {
        try (TestServer server = TestServer.withPassword(directory, SHA_OF_SECRET)) {
            for (String path : new String[] {"/RPC2", "/mainlogtail", "/logtail/x", "/nosuch"}) {
                try (RawClient client = server.tcp()) {
                    client.send("GET " + path + " HTTP/1.1\r\n\r\n");
                    RawClient.Answer answer = client.answer();
                    assertThat(answer.status()).isEqualTo("HTTP/1.1 401 Unauthorized");
                    assertThat(answer.headers())
                            .containsAllEntriesOf(Map.of(
                                    "WWW-Authenticate", "Basic realm=\"default\"",
                                    "Connection", "close",
                                    "Content-Type", "text/html"));
                    assertThat(answer.body()).contains("Error code 401.");
                    assertThat(client.isClosed()).isTrue();
                }
            }
        }
    }

    @Test
    void theRefusalReachesAClientWhoseBodyWasNotRead(@TempDir Path directory) throws Exception {
        try (TestServer server = TestServer.start(directory);
                RawClient client = server.tcp()) {
            client.send(RawClient.post("x".repeat(1 << 20)));
            assertThat(client.answer().status()).isEqualTo("HTTP/1.1 401 Unauthorized");
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void credentialsOpenTheTcpPort(@TempDir Path directory) throws Exception {
        try (TestServer server = TestServer.start(directory);
                RawClient client = server.tcp()) {
            client.call("supervisor.getPID", "Authorization: " + basic("joe:secret"));
            assertThat(client.answer().status()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}
