package corral.daemon.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Optional;

/** Finds the cgroup that this daemon may divide among its children. Reads proc(5) only. */
final class CgroupPlace {
    /** The cgroup below the delegated one into which the daemon itself goes; a unit may start it there (DelegateSubgroup=). */
    static final String SELF = "corrald.self";

    private final Path root;
    private final boolean asRoot;

    /**
     * A view of the machine.
     *
     * @param root of the file system: / but in tests
     * @param asRoot whether the daemon may do everything, so that being able to write means nothing
     */
    CgroupPlace(Path root, boolean asRoot) {
        this.root = root;
        this.asRoot = asRoot;
    }

    /** What may be divided, or why nothing may. */
    record Answer(Optional<Cgroup> cgroup, String reason) {
        static Answer no(String reason) {
            return new Answer(Optional.empty(), reason);
        }
    }

    /** The place that the configuration wants: {@code auto}, {@code off} or a path. */
    Answer find(String wanted) {
        return switch (wanted) {
            case "off" -> Answer.no("cgroup=off");
            case "auto" -> own();
            default ->
                Files.isWritable(Path.of(wanted)) && Files.exists(Path.of(wanted, "cgroup.procs"))
                        ? new Answer(Optional.of(new Cgroup(Path.of(wanted))), "")
                        : Answer.no(wanted + " is no cgroup that can be written to");
        };
    }

    private Answer own() {
        Optional<Path> mount = mount();
        Optional<String> path = lines("proc/self/cgroup").stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring("0::/".length()))
                .findFirst();
        if (mount.isEmpty() || path.isEmpty()) {
            return Answer.no("no cgroup v2 is mounted");
        }
        Path directory = mount.get().resolve(path.get()).normalize();
        if (directory.endsWith(SELF)) {
            directory = directory.getParent();
        }
        if (!Files.isDirectory(directory)) {
            return Answer.no("its own cgroup " + directory + " is not to be seen from here");
        }
        if (!Files.isWritable(directory) || !Files.isWritable(directory.resolve("cgroup.procs"))) {
            return Answer.no("its own cgroup " + directory + " cannot be written to");
        }
        if (asRoot && hasSystemd() && !isDelegated(directory)) {
            return Answer.no("its own cgroup " + directory + " belongs to systemd: Delegate=yes would give it away");
        }
        return new Answer(Optional.of(new Cgroup(directory)), "");
    }

    /** Where nobody else divides cgroups, everybody may; systemd wants to be asked. */
    private boolean hasSystemd() {
        return Files.isDirectory(root.resolve("run/systemd/system"));
    }

    private static boolean isDelegated(Path directory) {
        try {
            UserDefinedFileAttributeView view =
                    Files.getFileAttributeView(directory, UserDefinedFileAttributeView.class);
            return view != null && view.list().contains("delegate");
        } catch (IOException e) {
            return false;
        }
    }

    /** Fields of mountinfo: 4 is the root of the mount within its file system, 5 the mount point, the type follows a hyphen. */
    private Optional<Path> mount() {
        return lines("proc/self/mountinfo").stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[3].equals("/"))
                .map(fields -> root.resolve(fields[4].substring(1)))
                .findFirst();
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }
}
