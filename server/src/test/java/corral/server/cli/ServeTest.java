package corral.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** corral's own command line. */
class ServeTest {
    @TempDir
    private Path directory;

    private Command.Result run(String line) {
        List<String> all = new ArrayList<>(List.of("serve"));
        all.addAll(ShellWords.split(line));
        return new Command(directory).run(all.toArray(String[]::new));
    }

    @Test
    void defaultsAreFew() {
        Command.Result result = run("main:app");
        assertThat(result.err()).isEmpty();
        assertThat(result.values())
                .containsEntry("app", "main:app")
                .containsEntry("directory", directory.toString())
                .containsEntry("app_dir", directory.toString())
                .containsEntry("access_log", "-")
                .containsEntry("python", "/usr/bin/python3")
                .containsEntry("boot_failure", "exit")
                .doesNotContainKeys("bind", "personality", "workers");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --port 9000                              | bind=127.0.0.1:9000
            --host ::1                               | bind=[::1]:8000
            --bind a:1 --bind unix:x                 | bind=a:1,unix:x
            --workers auto                           | workers=auto
            --workers=3 --workers=4                  | workers=4
            --reload                                 | reload=true
            --no-server-header                       | server_header=false
            --server-header=FALSE                    | server_header=false
            --certfile c.pem                         | certfile=${dir}/c.pem
            --access-log ''                          | access_log=
            --access-log log/a.log                   | access_log=${dir}/log/a.log
            --access-log -                           | access_log=-
            --access-log-format '%(h)s ; # %(r)s'    | access_log_format=%(h)s ; # %(r)s
            --headers a:b --headers 'c:d, e'         | headers=a:b,c:d, e
            --pythonpath lib --pythonpath /x,y       | pythonpath=${dir}/lib,/x,${dir}/y
            --limit-request-body 10MB                | limit_request_body=10MB
            --disconnect-grace -1                    | disconnect_grace=-1
            --environment A=1 --environment 'B=x=y z'| environment=A="1",B="x=y z"
            --user nobody                            | user=nobody
            --stdout-logfile NONE                    | stdout_logfile=NONE
            --directory sub                          | app_dir=${dir}/sub
            """)
    void optionBecomes(String options, String expected) {
        Command.Result result = run("main:app " + options);
        assertThat(result.status()).as(result.err()).isZero();
        String[] pair = expected.replace("${dir}", directory.toString()).split("=", 2);
        assertThat(result.values()).containsEntry(pair[0], pair[1]).doesNotContainKeys("host", "port");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                          | which application?
            main                        | 'main' is not an application such as main:app
            main:app other:app          | one application only, not also other:app
            main:app --wrokers 3        | no option --wrokers, did you mean --workers?
            main:app --workers          | option --workers needs a value
            main:app --workers many     | option --workers: 'many' is not auto or a whole number from 0 to 1000
            main:app --timeout -1       | option --timeout: '-1' is not a whole number from 0 to 86400
            main:app --interface rack   | option --interface: 'rack' is not one of auto, asgi3, asgi2, wsgi
            main:app --reload=maybe     | option --reload: 'maybe' is not true or false
            main:app --queue-timeout x  | option --queue-timeout: 'x' is not a number of seconds from 0 to 86400
            main:app --ws-max-size 1TB  | option --ws-max-size: '1TB' is not a number of bytes
            main:app --headers nocolon  | option --headers: 'nocolon' is not NAME:VALUE
            main:app --bind a:1 --port 2| choose one
            main:app --no-workers       | no option --no-workers
            """)
    void mistakeIsNamedAndEndsWith2(String line, String part) {
        Command.Result result = run(line);
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("usage: corral serve APP [OPTIONS]\n")
                .contains(part);
        assertThat(result.generated()).isFalse();
    }

    @Test
    void commandLineWinsOverTheVariable() {
        Command command = new Command(directory).with("CORRAL_CMD_ARGS", "--workers 2 --bind a:1 --log-level 'debug'");
        assertThat(command.run("serve", "main:app", "--workers", "3", "--port", "9")
                        .values())
                .containsEntry("workers", "3")
                .containsEntry("log_level", "debug")
                .containsEntry("bind", "127.0.0.1:9");
        Command.Result broken = command.with("CORRAL_CMD_ARGS", "--none").run("serve", "main:app");
        assertThat(broken.status()).isEqualTo(2);
        assertThat(broken.err()).contains("no option --none").contains("CORRAL_CMD_ARGS");
    }

    @Test
    void everyDocumentedKeyIsAnOptionAndInTheHelp() throws Exception {
        String help = run("--help").out();
        List<String> options = ServeOptions.all().map(ServeOption::key).toList();
        for (String line : Files.readAllLines(Path.of("OPTIONS.md"))) {
            if (line.startsWith("Options that")) {
                break; // of every program: for configuration files.
            }
            if (!line.startsWith("| `")) {
                continue;
            }
            for (String key :
                    line.substring(2, line.indexOf(" | ", 2)).replace("`", "").split(" ", -1)) {
                if (!List.of("app", "worker_socket", "boot_failure").contains(key)) {
                    assertThat(options).contains(key);
                    assertThat(help).contains("--" + key.replace('_', '-'));
                }
            }
        }
    }

    @Test
    void fileAndFolderAreTheOwnersOnly() throws Exception {
        run("main:app");
        Path folder = directory.resolve("private");
        assertThat(Files.getPosixFilePermissions(folder).toString())
                .doesNotContain("GROUP")
                .doesNotContain("OTHERS");
        assertThat(Files.getPosixFilePermissions(folder.resolve("corral.conf")).toString())
                .doesNotContain("GROUP")
                .doesNotContain("OTHERS");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("corral.conf"));
        }
    }
}
