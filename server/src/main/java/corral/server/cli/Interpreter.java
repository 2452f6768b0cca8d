package corral.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which Python runs the application. Its path keeps symbolic links: a virtual environment is recognised by them. */
final class Interpreter {
    private static final String FLAG = "--python=";

    private final Surroundings around;

    Interpreter(Surroundings around) {
        this.around = around;
    }

    /**
     * A command line without corral's own flag.
     *
     * @param python value of the last {@code --python=}
     */
    record Arguments(List<String> rest, Optional<String> python) {}

    /** Takes {@code --python=PATH} out of a command line that knows no such option. */
    static Arguments split(List<String> arguments) {
        List<String> rest = new ArrayList<>();
        Optional<String> python = Optional.empty();
        boolean options = true;
        for (String argument : arguments) {
            options &= !argument.equals("--");
            if (options && argument.startsWith(FLAG)) {
                python = Optional.of(argument.substring(FLAG.length()));
            } else {
                rest.add(argument);
            }
        }
        return new Arguments(List.copyOf(rest), python);
    }

    /**
     * Finds it: as asked for, else CORRAL_PYTHON, else that of the virtual environment, else {@code python3} on the PATH.
     *
     * @param asked an interpreter, a name on the PATH or the folder of a virtual environment
     * @throws RefusedException when there is none
     */
    String find(Optional<String> asked) throws RefusedException {
        Optional<String> wanted = asked.or(() -> around.variable("CORRAL_PYTHON"));
        if (wanted.isPresent()) {
            return named(wanted.get());
        }
        Optional<String> active = around.variable("VIRTUAL_ENV")
                .map(folder -> around.directory().resolve(folder).resolve("bin/python"))
                .filter(Files::isExecutable)
                .map(Path::toString);
        return active.or(() -> onPath("python3"))
                .orElseThrow(() -> new RefusedException(
                        1,
                        "corral: no python3 found on the PATH; choose one with --python=PATH, CORRAL_PYTHON or an active"
                                + " virtual environment"));
    }

    private String named(String wanted) throws RefusedException {
        Optional<String> found;
        if (wanted.indexOf('/') < 0 && !Files.isDirectory(around.directory().resolve(wanted))) {
            found = onPath(wanted);
        } else {
            Path path = around.directory().resolve(wanted).normalize();
            Path program = Files.isDirectory(path) ? path.resolve("bin/python") : path;
            found = Optional.of(program).filter(Files::isExecutable).map(Path::toString);
        }
        return found.orElseThrow(() -> new RefusedException(
                1,
                "corral: python: '" + wanted + "' is neither an interpreter nor the folder of a virtual environment"));
    }

    private Optional<String> onPath(String name) {
        for (String folder :
                around.variable("PATH").orElse("/usr/local/bin:/usr/bin:/bin").split(":", -1)) {
            Path program = around.directory().resolve(folder).resolve(name);
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                return Optional.of(program.toString());
            }
        }
        return Optional.empty();
    }
}
