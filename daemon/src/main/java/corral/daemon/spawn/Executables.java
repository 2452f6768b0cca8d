package corral.daemon.spawn;

import corral.daemon.config.ProcessConfig;
import corral.daemon.process.Refusal;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;

/** Finds the file that a command names (spec/supervisor.md 3.3). */
final class Executables {
    private static final String DEFAULT_PATH = "/bin:/usr/bin:/usr/local/bin";

    private Executables() {}

    /**
     * The file to execute.
     *
     * @param argv0 first word of the command
     * @param environment of the daemon; the program's own PATH wins
     * @return a path with a slash that is right in the directory in which the child starts
     */
    static String find(String argv0, ProcessConfig config, Map<String, String> environment) throws LaunchException {
        File file = argv0.indexOf('/') >= 0 ? byPath(argv0, config) : bySearch(argv0, config, environment);
        if (file == null || !file.exists()) {
            throw new LaunchException(Refusal.NO_FILE, "can't find command '" + argv0 + "'");
        }
        if (file.isDirectory()) {
            throw LaunchException.notExecutable("command at '" + file + "' is a directory");
        }
        if (!hasExecuteBit(file)) {
            throw LaunchException.notExecutable("command at '" + file + "' is not executable");
        }
        if (!file.canExecute()) {
            throw LaunchException.notExecutable("no permission to run command '" + file + "'");
        }
        return file.getPath();
    }

    /**
     * A relative path is looked up where the child will be, then where the daemon is. (Supervisor looks in the one and
     * executes in the other.)
     */
    private static File byPath(String argv0, ProcessConfig config) {
        // Made absolute with the daemon's directory at once: this thread's own one is that of the last child.
        File here = new File(argv0).getAbsoluteFile();
        if (new File(argv0).isAbsolute() || config.directory().isEmpty()) {
            return here;
        }
        File inDirectory = new File(new File(config.directory().get()).getAbsoluteFile(), argv0);
        return inDirectory.exists() ? inDirectory : here;
    }

    /** The first entry that exists, executable or not. */
    private static File bySearch(String argv0, ProcessConfig config, Map<String, String> environment) {
        String path = config.environment().getOrDefault("PATH", environment.getOrDefault("PATH", DEFAULT_PATH));
        for (String directory : path.split(":", -1)) {
            File file = new File(directory.isEmpty() ? "." : directory, argv0).getAbsoluteFile();
            if (file.exists()) {
                return file;
            }
        }
        return null;
    }

    private static boolean hasExecuteBit(File file) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file.toPath());
            return mode.contains(PosixFilePermission.OWNER_EXECUTE)
                    || mode.contains(PosixFilePermission.GROUP_EXECUTE)
                    || mode.contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException e) {
            return false;
        }
    }
}
