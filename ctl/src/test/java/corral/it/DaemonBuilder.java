package corral.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Describes a daemon and starts it. The configuration may say {@code ${dir}} for the daemon's own folder and
 * {@code ${port}} for its free TCP port.
 */
public final class DaemonBuilder {
    /** Global sections that most tests share; loglevel and more can be added by a second [supervisord] section. */
    static final String PRELUDE = """
            [supervisord]
            logfile=${dir}/supervisord.log
            pidfile=${dir}/supervisord.pid
            childlogdir=${dir}/logs
            [unix_http_server]
            file=${dir}/s.sock
            [inet_http_server]
            port=127.0.0.1:${port}
            username=user
            password=secret
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            [supervisorctl]
            serverurl=unix://${dir}/s.sock
            """;

    private final Lab lab;
    private final Kind kind;
    private final Map<String, String> environment;
    private final List<String> prefix = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final Path dir;
    private final int port;
    private boolean foreground = true;
    private Path program;

    DaemonBuilder(Lab lab, Kind kind) {
        this.lab = lab;
        this.kind = kind;
        program = Distribution.daemon(kind);
        environment = new TreeMap<>(lab.environment());
        try {
            dir = lab.folder();
            Files.createDirectory(dir.resolve("logs"));
            Files.setPosixFilePermissions(dir.resolve("logs"), PosixFilePermissions.fromString("rwxrwxrwx"));
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder that the daemon will have; files may be put there before the start. */
    public Path dir() {
        return dir;
    }

    /** The whole configuration is the prelude and these sections. */
    public DaemonBuilder programs(String sections) {
        return config(PRELUDE + sections);
    }

    /** The whole configuration. */
    DaemonBuilder config(String text) {
        return file("supervisord.conf", text);
    }

    /** Any other file in the folder. */
    public DaemonBuilder file(String name, String text) {
        try {
            Files.writeString(dir.resolve(name), expand(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    String expand(String text) {
        return text.replace("${dir}", dir.toString()).replace("${port}", Integer.toString(port));
    }

    /** More arguments for the daemon. */
    public DaemonBuilder args(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    /** A command that executes the daemon: setpriv, prlimit. */
    public DaemonBuilder prefix(String... command) {
        prefix.addAll(List.of(command));
        return this;
    }

    /** The daemon's program, of another installation. */
    public DaemonBuilder program(Path other) {
        program = other;
        return this;
    }

    public DaemonBuilder env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Lets the daemon detach itself. */
    DaemonBuilder detached() {
        foreground = false;
        return this;
    }

    /** Starts the daemon and waits until its control socket answers. */
    public RunningDaemon start() {
        RunningDaemon daemon = launch();
        daemon.awaitAnswer();
        return daemon;
    }

    /** Starts the daemon and waits for nothing. */
    public RunningDaemon launch() {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(command());
        try {
            Process process = lab.start(dir, command, dir.resolve("out.txt"), dir.resolve("err.txt"), environment);
            RunningDaemon daemon = new RunningDaemon(lab, kind, dir, port, process, environment.get(Lab.MARK));
            lab.started(daemon);
            return daemon;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the daemon's command to its end, for one that is expected not to stay. */
    public Outcome runToEnd() {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(command());
        return lab.run(dir, command);
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        if (foreground) {
            command.add("-n");
        }
        if (Files.exists(dir.resolve("supervisord.conf"))) {
            command.addAll(List.of("-c", dir.resolve("supervisord.conf").toString()));
        }
        command.addAll(arguments);
        return command;
    }
}
