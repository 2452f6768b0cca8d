package corral.server.cli;

import java.util.Optional;

/** Which corral this is. */
final class Version {
    private Version() {}

    /** From the manifest of the jar; {@code dev} for classes without one. */
    static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("dev");
    }
}
