package corral.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import corral.it.Lab;
import corral.it.LabExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Autobahn|Testsuite's fuzzing client (RFC 6455, 305 cases) against an echo app. It comes as Python inside a Maven plugin and runs under
 * Jython; two of them share the cases, since it is mostly the client that computes.
 *
 * <p>{@code -Dcorral.it.autobahn.cases=1.*,7.*} runs those only, {@code -Dcorral.it.server.kinds=h11} against Debian's Uvicorn, which fails
 * 7.9.6-7.9.8: close codes 1012-1014 from a client.
 */
@ExtendWith(LabExtension.class)
class AutobahnIT {
    private static final int CASES = 305;
    private static final long LIMIT_MINUTES = 15;
    private static final Set<String> GOOD = Set.of("OK", "NON-STRICT", "INFORMATIONAL");
    private static final List<List<String>> SHARES = List.of(
            List.of("9.1.*", "9.2.*", "9.5.*", "9.7.*"),
            List.of("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*", "9.3.*", "9.4.*", "9.6.*", "9.8.*"));

    private final Lab lab;

    AutobahnIT(Lab lab) {
        this.lab = lab;
    }

    /** A fuzzing client and where it writes. */
    private record Client(Process process, Path log, Path results) {}

    @Test
    void everyCaseIsOk() throws IOException, InterruptedException {
        String chosen = System.getProperty("corral.it.autobahn.cases", "");
        List<List<String>> shares = chosen.isEmpty() ? SHARES : List.of(List.of(chosen.split(",")));
        Path python = unpack();
        try (Servers servers = new Servers(lab)) {
            ServerKind kind = ServerKind.of(System.getProperty("corral.it.server.kinds", "corral"));
            RunningServer server = servers.start(ServerSpec.of(kind, "websocket_echo:app"));
            List<Client> clients = new ArrayList<>();
            for (List<String> share : shares) {
                clients.add(client(python, share, server.port()));
            }
            Map<String, String> results = new LinkedHashMap<>();
            for (Client client : clients) {
                results.putAll(results(client, server));
            }
            if (chosen.isEmpty()) {
                assertThat(results).hasSize(CASES);
            }
            results.values().removeIf(result -> GOOD.containsAll(List.of(result.split(","))));
            assertThat(results).as("cases that are not OK").isEmpty();
        }
    }

    private Client client(Path python, List<String> cases, int port) throws IOException {
        Path dir = lab.folder();
        Path spec = dir.resolve("spec.json");
        Files.writeString(spec, """
                {"outdir": "%s/reports", "servers": [{"agent": "server", "url": "ws://127.0.0.1:%d/"}],
                 "cases": ["%s"], "exclude-cases": [], "exclude-agent-cases": {}}
                """.formatted(dir, port, String.join("\", \"", cases)));
        Path log = dir.resolve("client.log");
        Path results = dir.resolve("results.txt");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Dpython.cachedir.skip=true",
                "-Dpython.path=" + python,
                "-cp",
                jar("jython-standalone").toString(),
                "org.python.util.jython",
                "-B",
                Servers.resources().resolve("autobahn_client.py").toString(),
                spec.toString(),
                results.toString());
        return new Client(lab.start(dir, command, log, log), log, results);
    }

    private static Map<String, String> results(Client client, RunningServer server)
            throws IOException, InterruptedException {
        boolean ended = client.process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
        client.process.destroyForcibly().waitFor();
        assertThat(ended && Files.exists(client.results))
                .as(() -> "the fuzzing client ended; " + server.story() + end(client.log))
                .isTrue();
        Map<String, String> results = new LinkedHashMap<>();
        for (String line : Files.readAllLines(client.results)) {
            int comma = line.indexOf(',');
            results.put(line.substring(0, comma), line.substring(comma + 1));
        }
        return results;
    }

    private static String end(Path log) {
        try {
            String text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - 2000));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The testsuite's Python code in a folder, for it reads files beside its modules. */
    private Path unpack() throws IOException {
        Path folder = lab.folder();
        try (InputStream file = Files.newInputStream(jar("autobahntestsuite-maven-plugin"));
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                assertThat(target).startsWithRaw(folder);
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(zip, target);
                }
            }
        }
        return folder;
    }

    /** A jar that Maven put into target/autobahn. */
    private static Path jar(String name) {
        String folder = System.getProperty("corral.it.autobahn");
        if (folder == null) {
            throw new IllegalStateException("system property corral.it.autobahn is not set: run ./corral test");
        }
        return Path.of(folder, name + ".jar");
    }
}
