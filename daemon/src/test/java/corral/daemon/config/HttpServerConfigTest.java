package corral.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.HttpServerConfig.Address.Inet;
import corral.daemon.config.HttpServerConfig.Address.Unix;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code [unix_http_server]} and {@code [inet_http_server]}, spec/supervisor.md 2.2. */
class HttpServerConfigTest {

    @TempDir
    Path dir;

    private ConfigFixture fixture;

    @BeforeEach
    void createFixture() {
        fixture = new ConfigFixture(dir);
    }

    private HttpServerConfig server(String lines) {
        List<HttpServerConfig> servers = fixture.with(lines).servers();
        assertThat(servers).hasSize(1);
        return servers.get(0);
    }

    private Origin line(int line) {
        return new Origin(fixture.main(), line);
    }

    @Test
    void unixDefaults() {
        assertThat(server("[unix_http_server]\nfile=s"))
                .isEqualTo(new HttpServerConfig(
                        "unix_http_server",
                        line(4),
                        new Unix(dir + "/s", 0b111_000_000, OptionalInt.empty(), OptionalInt.empty()),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void unixFullMapping() {
        assertThat(server("[unix_http_server:x]\nfile=%(here)s/../s\nchmod=0770\nchown=web:staff\nusername=u\n"
                        + "password={SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d"))
                .isEqualTo(new HttpServerConfig(
                        "unix_http_server:x",
                        line(4),
                        new Unix(dir.resolve("../s").normalize().toString(), 0b111_111_000, of(1000), of(50)),
                        Optional.of("u"),
                        Optional.of("{SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d")));
    }

    private static OptionalInt of(int id) {
        return OptionalInt.of(id);
    }

    @Test
    void inetDefaults() {
        assertThat(server("[inet_http_server]\nport=9001"))
                .isEqualTo(new HttpServerConfig(
                        "inet_http_server", line(4), new Inet("", 9001), Optional.empty(), Optional.empty()));
    }

    @Test
    void inetFullMapping() {
        assertThat(server("[inet_http_server]\nport=Host:%(ENV_N)s\nusername=u%%\npassword=p"))
                .isEqualTo(new HttpServerConfig(
                        "inet_http_server", line(4), new Inet("host", 7), Optional.of("u%"), Optional.of("p")));
    }

    @Test
    void emptyUsernameMeansNoAuthentication() {
        HttpServerConfig server = server("[inet_http_server]\nport=1\nusername=\npassword=x");
        assertThat(server.username()).isEmpty();
        assertThat(server.password()).isEmpty();
    }

    @Test
    void sectionsMatchByPrefixAndTcpComesFirst() {
        assertThat(fixture.with("[unix_http_serverx]\nfile=s\n[inet_http_server:b]\nport=2\n[inet_http_server]\nport=1")
                        .servers())
                .extracting(HttpServerConfig::section)
                .containsExactly("inet_http_server:b", "inet_http_server", "unix_http_serverx");
    }

    @Test
    void mistakesAreToldInSupervisorsWords() {
        assertThat(fixture.error("[supervisord]\n[unix_http_server]"))
                .isEqualTo("section [unix_http_server] has no file value");
        assertThat(fixture.error("[supervisord]\n[inet_http_server]"))
                .isEqualTo("section [inet_http_server] has no port value");
        assertThat(fixture.error("[supervisord]\n[unix_http_server]\nfile=s\nchmod=9"))
                .isEqualTo("Invalid chmod value 9");
        assertThat(fixture.error("[supervisord]\n[unix_http_server]\nfile=s\nchown=X"))
                .isEqualTo("Invalid sockchown value X");
        assertThat(fixture.error("[supervisord]\n[inet_http_server]\nport=1\nusername=u"))
                .isEqualTo("Section [inet_http_server] contains incomplete authentication: If a username or a password"
                        + " is specified, both the username and password must be specified");
    }

    @Test
    void hereIsKnownOnlyToTheSocketPathUnlessThereIsAnInclude() {
        String server = "[inet_http_server]\nport=1\nusername=%(here)s\npassword=x\n";
        assertThat(fixture.error("[supervisord]\n" + server))
                .contains("'inet_http_server.username' contains names ('here')");
        assertThat(server(server + "[include]\nfiles=*.nothing").username()).contains(dir.toString());
    }
}
