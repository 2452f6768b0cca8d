package corral.it.lifecycle;

import corral.it.Lab;
import corral.it.Outcome;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/** The folder that a server under load works in: the application in its present version, its log, the certificates. */
public final class Site {
    private static final List<String> FILES = List.of("load_app.py", "load_fastapi.py", "load_version.py");

    private final Path dir;

    public Site(Lab lab, boolean tls) throws IOException {
        dir = lab.folder();
        for (String file : FILES) {
            try (InputStream in = Objects.requireNonNull(Site.class.getResourceAsStream("/load/" + file))) {
                Files.copy(in, dir.resolve(file));
            }
        }
        if (tls) {
            makeCertificates(lab);
        }
    }

    public Path dir() {
        return dir;
    }

    /** Where the application writes down what it runs. */
    public Path log() {
        return dir.resolve("executed");
    }

    Path certificate() {
        return dir.resolve("live.pem");
    }

    Path key() {
        return dir.resolve("live.key");
    }

    private void makeCertificates(Lab lab) throws IOException {
        Path script = dir.resolve("make-certs.sh");
        try (InputStream in = Objects.requireNonNull(Site.class.getResourceAsStream("/server/make-certs.sh"))) {
            Files.copy(in, script);
        }
        Outcome made = lab.run(dir, List.of("/bin/sh", script.toString()));
        if (made.exit() != 0) {
            throw new IOException(made.toString());
        }
        use("web");
    }

    /** Puts a pair in place, the key first, each in one step. */
    void use(String pair) throws IOException {
        replace(Files.readString(dir.resolve(pair + ".key")), key());
        replace(Files.readString(dir.resolve(pair + ".pem")), certificate());
    }

    SslContext client() throws IOException {
        return SslContextBuilder.forClient()
                .trustManager(dir.resolve("ca.pem").toFile())
                .build();
    }

    /** Puts a version of the application in place, for workers that start from now on. */
    void version(String version) throws IOException {
        replace("VERSION = \"" + version + "\"\n", dir.resolve("load_version.py"));
    }

    /** Puts a version in place that cannot be imported. */
    void brokenVersion() throws IOException {
        replace("import a_module_that_is_not_there\n", dir.resolve("load_version.py"));
    }

    void replace(String text, Path file) throws IOException {
        Path next = dir.resolve("next");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
