package corral.it.crash;

import corral.it.DaemonBuilder;
import corral.it.Kind;
import corral.it.lifecycle.Site;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The programs of a daemon that is to be killed: a server, writers of numbered lines, one that restarts every second, and some that stay in
 * one state. Where Corral has a {@code [server:web]}, Supervisor has gunicorn.
 *
 * @param writers how many write lines
 * @param rate lines per second of each
 * @param port of the server
 */
record Fleet(int writers, int rate, int port) {
    /** The one that restarts every second. */
    static final String TICK = "tick";

    /** The one that is stopped by hand. */
    static final String HALTED = "halted";

    /** What a process has to be whenever somebody looks. */
    enum Role {
        /** Runs all the time. */
        STEADY,
        /** The same, and says something new all the time. */
        TELLING,
        RESTARTING,
        /** Is started again and again, with pauses. */
        FAILING,
        STOPPED
    }

    static Role role(String process) {
        return switch (process) {
            case TICK -> Role.RESTARTING;
            case HALTED -> Role.STOPPED;
            case "failing" -> Role.FAILING;
            case "told:told0", "told:told1" -> Role.TELLING;
            default -> Role.STEADY;
        };
    }

    /** Names of all that write numbered lines. */
    List<String> scribes() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            names.add("w" + i);
        }
        names.add(TICK);
        return names;
    }

    static Path log(Path dir, String scribe) {
        return dir.resolve("lines").resolve(scribe + ".log");
    }

    /** Describes the daemon. */
    DaemonBuilder describe(DaemonBuilder builder, Kind kind, Site site) throws IOException {
        java.nio.file.Files.createDirectory(builder.dir().resolve("lines"));
        return builder.file("lines.py", resource("lines.py"))
                .file("teller.py", resource("teller.py"))
                .programs(programs() + server(kind, site));
    }

    private String programs() {
        return """
                [supervisord]
                runtime_dir=${dir}/run
                [program:w]
                command=/usr/bin/python3 ${dir}/lines.py ${dir} w%%(process_num)d %d
                process_name=w%%(process_num)d
                numprocs=%d
                stdout_logfile=${dir}/lines/w%%(process_num)d.log
                stdout_logfile_maxbytes=1MB
                stdout_logfile_backups=1000
                stopwaitsecs=30
                [program:tick]
                command=/usr/bin/python3 ${dir}/lines.py ${dir} tick 2000 1
                startsecs=0
                autorestart=true
                stdout_logfile=${dir}/lines/tick.log
                stdout_logfile_maxbytes=1MB
                stdout_logfile_backups=1000
                [program:told]
                command=/usr/bin/python3 ${dir}/teller.py
                process_name=told%%(process_num)d
                numprocs=2
                notify=true
                watchdog=5
                [program:failing]
                command=/bin/sh -c "sleep 0.2; exit 1"
                startsecs=1
                startretries=1000000
                [program:halted]
                command=/bin/sleep 100000
                [program:quiet]
                command=/bin/sleep 100000
                """.formatted(rate, writers);
    }

    private String server(Kind kind, Site site) {
        String environment = "PYTHONDONTWRITEBYTECODE=\"1\",LOAD_LOG=\"" + site.log() + "\"";
        if (kind == Kind.CORRAL) {
            return """
                    [server:web]
                    app=load_fastapi:app
                    directory=%s
                    python=/usr/bin/python3
                    environment=%s
                    workers=2
                    bind=127.0.0.1:%d
                    """.formatted(site.dir(), environment, port);
        }
        return """
                [program:web]
                command=/usr/bin/python3 /usr/bin/gunicorn load_fastapi:app -b 127.0.0.1:%d -w 2 -k uvicorn.workers.UvicornWorker --keep-alive 5
                directory=%s
                environment=%s
                """.formatted(port, site.dir(), environment);
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Fleet.class.getResourceAsStream("/crash/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
