package corral.server.options;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.options.HttpOptions.HeaderMap;
import corral.server.options.HttpOptions.NameValue;
import corral.server.options.ProxyOptions.Headers;
import corral.server.options.ProxyOptions.Protocol;
import corral.server.options.TlsOptions.ClientCertificates;
import corral.server.options.TlsOptions.SniCertificate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrontArgumentsTest {
    private static final List<String> SOCKETS = List.of("--bind=fd://3", "--worker-socket=fd://4");

    @Test
    void defaultsAreThoseOfTheReference() {
        ServerOptions options = options();

        assertThat(options)
                .isEqualTo(new ServerOptions(
                        List.of(3),
                        4,
                        FrontArguments.automaticLoops(Runtime.getRuntime().availableProcessors()),
                        Personality.CORRAL,
                        LogLevel.INFO,
                        new HttpOptions(
                                "",
                                false,
                                true,
                                true,
                                List.of(),
                                true,
                                false,
                                false,
                                false,
                                false,
                                false,
                                HeaderMap.DANGEROUS),
                        new LimitOptions(8190, 100, 8190, 65536, 0, 0, 0),
                        new TimeoutOptions(5000, 10_000, 30_000, 60_000, 0, 30_000),
                        new PoolOptions(1024, 30_000, 0, 0, 0),
                        new TlsOptions(
                                null,
                                null,
                                null,
                                null,
                                ClientCertificates.NONE,
                                null,
                                false,
                                List.of(),
                                TlsOptions.Provider.AUTO),
                        new AccessLogOptions(null, "combined", false),
                        new StatsdOptions(null, "", ""),
                        new ProxyOptions(
                                Protocol.OFF,
                                List.of("127.0.0.1", "::1"),
                                List.of("127.0.0.1", "::1"),
                                Headers.UVICORN,
                                List.of(),
                                List.of("SCRIPT_NAME", "PATH_INFO")),
                        new WebSocketOptions(true, 16_777_216, 32, 20_000, 20_000, true),
                        new ReloadOptions(
                                false,
                                List.of(Path.of("").toAbsolutePath()),
                                List.of("*.py"),
                                List.of(".*", ".py[cod]", ".sw.*", "~*"),
                                List.of(),
                                250)));
    }

    @Test
    void everyOptionReachesItsField() {
        List<String> all = List.of(
                "--bind=fd://7",
                "--bind=fd://8,fd://9",
                "--worker-socket=fd://10",
                "--event-loops=3",
                "--personality=gunicorn",
                "--log-level=DEBUG",
                "--use-colors=true",
                "--root-path=/api/",
                "--root-path-in-path=true",
                "--server-header=false",
                "--date-header=false",
                "--headers=X-A: b:c",
                "--headers=X-B:",
                "--strict-target=false",
                "--permit-obsolete-folding=true",
                "--strip-header-spaces=true",
                "--permit-unconventional-http-method=true",
                "--permit-unconventional-http-version=true",
                "--casefold-http-method=true",
                "--header-map=refuse",
                "--limit-request-line=1",
                "--limit-request-fields=2",
                "--limit-request-field-size=3",
                "--limit-request-head=4",
                "--limit-request-body=5000000000",
                "--limit-concurrency=6",
                "--limit-connections=7",
                "--keepalive=0",
                "--header-timeout=1.5",
                "--body-timeout=2",
                "--send-timeout=3",
                "--request-timeout=4",
                "--graceful-timeout=86400",
                "--queue=0",
                "--queue-timeout=0.0001",
                "--worker-connections=1",
                "--max-requests=2",
                "--max-requests-jitter=3",
                "--certfile=c.pem",
                "--keyfile=k.pem",
                "--ca-certs=ca.pem",
                "--cert-reqs=2",
                "--ciphers=ECDHE+AESGCM",
                "--tls-minimum=1.3",
                "--sni-cert=*.Example.org=a.pem:b.pem",
                "--sni-cert=x=both.pem",
                "--tls-provider=jdk",
                "--access-log=-",
                "--access-log-format=%(h)s",
                "--statsd-host=localhost:8125",
                "--statsd-prefix=p",
                "--dogstatsd-tags=a:b",
                "--proxy-protocol=auto",
                "--proxy-allow-ips=*",
                "--forwarded-allow-ips=10.0.0.0/8,unix",
                "--forwarded-allow-ips=::1",
                "--proxy-headers=forwarded",
                "--secure-scheme-headers=X-SSL:on",
                "--forwarder-headers=REMOTE_USER",
                "--websocket=false",
                "--ws-max-size=100",
                "--ws-max-queue=1",
                "--ws-ping-interval=0",
                "--ws-ping-timeout=1",
                "--ws-per-message-deflate=false",
                "--reload=true",
                "--reload-dirs=/a",
                "--reload-dirs=/b/../c,d",
                "--reload-includes=*.py,*.html",
                "--reload-excludes=x",
                "--reload-extra-files=/e",
                "--reload-delay=1");
        ServerOptions options = run(all, Map.of("CORRAL_KEYFILE_PASSWORD", "secret"));

        assertThat(options)
                .isEqualTo(new ServerOptions(
                        List.of(7, 8, 9),
                        10,
                        3,
                        Personality.GUNICORN,
                        LogLevel.DEBUG,
                        new HttpOptions(
                                "/api",
                                true,
                                false,
                                false,
                                List.of(new NameValue("X-A", "b:c"), new NameValue("X-B", "")),
                                false,
                                true,
                                true,
                                true,
                                true,
                                true,
                                HeaderMap.REFUSE),
                        new LimitOptions(1, 2, 3, 4, 5_000_000_000L, 6, 7),
                        new TimeoutOptions(0, 1500, 2000, 3000, 4000, 86_400_000),
                        new PoolOptions(0, 1, 1, 2, 3),
                        new TlsOptions(
                                "c.pem",
                                "k.pem",
                                "secret",
                                "ca.pem",
                                ClientCertificates.REQUIRED,
                                "ECDHE+AESGCM",
                                true,
                                List.of(
                                        new SniCertificate("*.example.org", "a.pem", "b.pem"),
                                        new SniCertificate("x", "both.pem", null)),
                                TlsOptions.Provider.JDK),
                        new AccessLogOptions("-", "%(h)s", true),
                        new StatsdOptions("localhost:8125", "p", "a:b"),
                        new ProxyOptions(
                                Protocol.AUTO,
                                List.of("*"),
                                List.of("10.0.0.0/8", "unix", "::1"),
                                Headers.FORWARDED,
                                List.of(new NameValue("x-ssl", "on")),
                                List.of("REMOTE_USER")),
                        new WebSocketOptions(false, 100, 1, 0, 1000, false),
                        new ReloadOptions(
                                true,
                                List.of(Path.of("/a"), Path.of("/c,d")),
                                List.of("*.py", "*.html"),
                                List.of("x"),
                                List.of("/e"),
                                1000)));
        List<String> used =
                all.stream().map(a -> a.substring(2, a.indexOf('='))).toList();
        assertThat(used).containsAll(FrontFlags.ALL.stream().map(Flag::name).toList());
    }

    @Test
    void everyProblemIsToldAtOnceWithWhatWasReadAndWhatIsAllowed() {
        assertThat(problems(
                        "--bind=127.0.0.1:80",
                        "--keepalive=soon",
                        "--keepalve=1",
                        "--limit-request-fields=40000",
                        "--reload=yes",
                        "--cert-reqs=3",
                        "--header-map=x",
                        "serve",
                        "--queue",
                        "--event-loops=0",
                        "--proxy-allow-ips=10.0.0.1/8",
                        "--headers=nocolon",
                        "--sni-cert=a.*=x",
                        "--log-level=loud",
                        "--tls-minimum=1.1"))
                .containsExactlyInAnyOrder(
                        "--keepalve: no such option, is --keepalive meant?",
                        "\"serve\": allowed are options of the form --name=value",
                        "--queue: a value is missing, as in --queue=value",
                        "--bind: read \"127.0.0.1:80\", allowed: fd://N, an inherited socket",
                        "--worker-socket: is missing, allowed: fd://N, an inherited socket",
                        "--keepalive: read \"soon\", allowed: seconds, 0-86400",
                        "--limit-request-fields: read \"40000\", allowed: a number, 0-32768",
                        "--reload: read \"yes\", allowed: true or false",
                        "--cert-reqs: read \"3\", allowed: 0, 1, 2, none, optional, required",
                        "--header-map: read \"x\", allowed: drop, refuse, dangerous",
                        "--event-loops: read \"0\", allowed: auto or 1-64",
                        "--proxy-allow-ips: read \"10.0.0.1/8\", allowed: IP addresses, networks without host bits,"
                                + " * or unix",
                        "--headers: read \"nocolon\", allowed: NAME:VALUE of a header",
                        "--sni-cert: read \"a.*=x\", allowed: HOST=CERTFILE:KEYFILE",
                        "--log-level: read \"loud\", allowed: critical, error, warning, info, debug, trace",
                        "--tls-minimum: read \"1.1\", allowed: 1.2 or 1.3");
    }

    @Test
    void everyOptionButTextsRefusesNonsense() {
        List<String> texts = List.of(
                "root-path",
                "certfile",
                "keyfile",
                "ca-certs",
                "ciphers",
                "access-log",
                "statsd-host",
                "statsd-prefix",
                "dogstatsd-tags",
                "reload-dirs",
                "reload-includes",
                "reload-excludes",
                "reload-extra-files");
        for (Flag<?> flag : FrontFlags.ALL) {
            if (!texts.contains(flag.name())) {
                assertThat(problems("--" + flag.name() + "=no such thing"))
                        .anyMatch(line -> line.startsWith("--" + flag.name() + ": read \"no such thing\", allowed: "));
            }
        }
    }

    @Test
    void optionsThatNeedAnotherSaySo() {
        assertThat(problemsBesideSockets("--keyfile=k.pem"))
                .containsExactly("--keyfile: read \"k.pem\", but --certfile is missing");
        assertThat(problemsBesideSockets("--certfile=c.pem", "--cert-reqs=required"))
                .containsExactly("--cert-reqs: client certificates cannot be checked without --ca-certs");
        assertThat(problemsBesideSockets("--bind=fd://4"))
                .containsExactly("--worker-socket: fd://4 is also given by --bind");
    }

    @Test
    void headersSplitByLineAreRefused() {
        assertThat(problemsBesideSockets("--headers=X-A: b\r\nX-C: d")).hasSize(1);
        assertThat(problemsBesideSockets("--headers=X A: b")).hasSize(1);
    }

    @Test
    void schemeHeadersDefaultToGunicornsWhereOnlyTheyAreRead() {
        assertThat(options("--proxy-headers=scheme").proxy().secureSchemeHeaders())
                .extracting(NameValue::name)
                .containsExactly("x-forwarded-protocol", "x-forwarded-proto", "x-forwarded-ssl");
        assertThat(options("--proxy-headers=scheme", "--secure-scheme-headers=")
                        .proxy()
                        .secureSchemeHeaders())
                .isEmpty();
    }

    @Test
    void uvicornTakesWordsForTrustedPeers() {
        assertThat(problemsBesideSockets("--forwarded-allow-ips=localhost")).hasSize(1);
        assertThat(options("--personality=uvicorn", "--forwarded-allow-ips=localhost, 10.0.0.1")
                        .proxy()
                        .forwardedAllowed())
                .containsExactly("localhost", "10.0.0.1");
    }

    @Test
    void theLastOfSeveralValuesCounts() {
        assertThat(options("--keepalive=1", "--keepalive=2").timeouts().keepAliveMs())
                .isEqualTo(2000);
    }

    @Test
    void anEmptyListIsEmptyAndAnEmptyTextIsNone() {
        ServerOptions options = options("--forwarded-allow-ips=", "--access-log=", "--root-path=/");

        assertThat(options.proxy().forwardedAllowed()).isEmpty();
        assertThat(options.accessLog().path()).isNull();
        assertThat(options.http().rootPath()).isEmpty();
    }

    @Test
    void colorsFollowTheTerminalUnlessTold() {
        List<String> arguments = new ArrayList<>(SOCKETS);
        assertThat(((FrontArguments.Run) FrontArguments.parse(arguments, Map.of(), true))
                        .options()
                        .accessLog()
                        .colors())
                .isTrue();
        arguments.add("--use-colors=false");
        assertThat(((FrontArguments.Run) FrontArguments.parse(arguments, Map.of(), true))
                        .options()
                        .accessLog()
                        .colors())
                .isFalse();
    }

    @Test
    void helpNamesEveryOptionAndItsDefault() {
        FrontArguments.Result result = FrontArguments.parse(List.of("--bind=x", "--help"), Map.of(), false);

        assertThat(result).isInstanceOf(FrontArguments.Help.class);
        String text = ((FrontArguments.Help) result).text();
        for (Flag<?> flag : FrontFlags.ALL) {
            assertThat(text).contains("--" + flag.name() + "=").contains(flag.fallback());
        }
    }

    @Test
    void loopsAreHalfTheCpusUpToFour() {
        assertThat(FrontArguments.automaticLoops(1)).isEqualTo(1);
        assertThat(FrontArguments.automaticLoops(2)).isEqualTo(1);
        assertThat(FrontArguments.automaticLoops(6)).isEqualTo(3);
        assertThat(FrontArguments.automaticLoops(64)).isEqualTo(4);
    }

    private static ServerOptions options(String... further) {
        List<String> arguments = new ArrayList<>(SOCKETS);
        arguments.addAll(Arrays.asList(further));
        return run(arguments, Map.of());
    }

    private static ServerOptions run(List<String> arguments, Map<String, String> environment) {
        FrontArguments.Result result = FrontArguments.parse(arguments, environment, false);
        assertThat(result).isInstanceOf(FrontArguments.Run.class);
        return ((FrontArguments.Run) result).options();
    }

    private static List<String> problems(String... arguments) {
        FrontArguments.Result result = FrontArguments.parse(List.of(arguments), Map.of(), false);
        assertThat(result).isInstanceOf(FrontArguments.Wrong.class);
        return ((FrontArguments.Wrong) result).problems();
    }

    private static List<String> problemsBesideSockets(String... further) {
        List<String> arguments = new ArrayList<>(SOCKETS);
        arguments.addAll(Arrays.asList(further));
        return problems(arguments.toArray(String[]::new));
    }
}
