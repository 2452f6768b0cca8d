package corral.it;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the programs under test are: ours under the system property {@code corral.home}, the real ones in
 * {@code /usr/bin}. With {@code -Dcorral.it.standin=supervisor} the real programs stand in for ours, which proves that
 * a test demands nothing that Supervisor itself does not do.
 */
public final class Distribution {
    private static final Path BIN = Path.of("/usr/bin");

    private Distribution() {}

    /** Whether the real programs stand in for ours. */
    static boolean standIn() {
        return "supervisor".equals(System.getProperty("corral.it.standin"));
    }

    /** The daemon's program. */
    static Path daemon(Kind kind) {
        return real(kind) ? executable(BIN.resolve("supervisord")) : executable(home().resolve("bin/corrald"));
    }

    /** The command line's program. */
    static Path ctl(Kind kind) {
        return real(kind) ? executable(BIN.resolve("supervisorctl")) : executable(home().resolve("bin/corralctl"));
    }

    /** The Python that has Supervisor's own modules. */
    public static Path python() {
        return executable(BIN.resolve("python3"));
    }

    private static boolean real(Kind kind) {
        return kind == Kind.SUPERVISOR || standIn();
    }

    public static Path home() {
        String home = System.getProperty("corral.home");
        if (home == null) {
            throw new IllegalStateException("system property corral.home is not set: run ./corral test");
        }
        return Path.of(home);
    }

    private static Path executable(Path program) {
        if (!Files.isExecutable(program)) {
            String hint = program.startsWith(BIN)
                    ? "install Debian's packages supervisor and python3"
                    : "assemble the distribution with ./corral build";
            throw new IllegalStateException("no program " + program + ": " + hint);
        }
        return program;
    }
}
