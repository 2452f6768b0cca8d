package corral.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the openssl command in a folder, to make keys and to be a client. */
final class OpenSslTool {
    private final Path folder;

    OpenSslTool(Path folder) {
        this.folder = folder;
    }

    /** Path of a file in the folder. */
    String file(String name) {
        return folder.resolve(name).toString();
    }

    /** Runs a command that must succeed; returns its output. */
    String run(String... arguments) throws IOException, InterruptedException {
        Result result = attempt("", arguments);
        assertThat(result.status()).as(result.output()).isZero();
        return result.output();
    }

    record Result(int status, String output) {}

    /** Runs a command with this input, within 10 s. */
    Result attempt(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(arguments));
        Path output = Files.createTempFile(folder, "openssl", ".out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().close();
            assertThat(process.waitFor(10, TimeUnit.SECONDS))
                    .as(command.toString())
                    .isTrue();
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            process.destroyForcibly();
        }
    }

    /** A self-signed certificate NAME.pem and its key NAME.key, on P-256. */
    void selfSigned(String name, String commonName) throws IOException, InterruptedException {
        run(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/O=Corral/CN=" + commonName,
                "-keyout",
                name + ".key",
                "-out",
                name + ".pem");
    }

    /** The same with RSA. */
    void selfSignedRsa(String name, String commonName) throws IOException, InterruptedException {
        run(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/O=Corral/CN=" + commonName,
                "-keyout",
                name + ".key",
                "-out",
                name + ".pem");
    }
}
