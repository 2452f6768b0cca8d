package corral.daemon.state;

import corral.daemon.config.Autorestart;
import corral.daemon.config.LogTarget;
import corral.daemon.config.Origin;
import corral.daemon.config.ProcessConfig;
import corral.daemon.config.StreamConfig;
import corral.daemon.config.UserId;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The settings that a process runs with, which may be in no file any more. No state. */
final class ProcessConfigText {
    private ProcessConfigText() {}

    static void write(ProcessConfig config, Fields to) {
        to.put("name", config.name())
                .put("program", config.program())
                .put("origin", config.origin().file().toString())
                .put("origin.line", config.origin().line())
                .put("command", config.command())
                .put("directory", config.directory())
                .put("umask", config.umask())
                .put("priority", config.priority())
                .put("autostart", config.autostart())
                .put("startsecs", config.startsecs())
                .put("startretries", config.startretries())
                .put("autorestart", config.autorestart())
                .put("exitcodes", new TreeSet<>(config.exitcodes()))
                .put("stopsignal", config.stopsignal())
                .put("stopwaitsecs", config.stopwaitsecs())
                .put("stopasgroup", config.stopasgroup())
                .put("killasgroup", config.killasgroup())
                .put("redirect_stderr", config.redirectStderr())
                .put("environment", config.environment())
                .put("serverurl", config.serverurl())
                .put("serverurl.auto", config.serverurlAuto());
        config.user()
                .ifPresent(user ->
                        to.put("user", user.name()).put("user.uid", user.uid()).put("user.gid", user.gid()));
        writeStream(config.stdout(), to.at("stdout"));
        writeStream(config.stderr(), to.at("stderr"));
        AdditionsText.write(config.additions(), to.at("more"));
    }

    static ProcessConfig read(Fields from) throws DamagedException {
        return new ProcessConfig(
                from.text("name"),
                from.text("program"),
                new Origin(path(from), from.integer("origin.line")),
                from.text("command"),
                from.optional("directory"),
                from.optionalInteger("umask"),
                from.integer("priority"),
                from.flag("autostart"),
                from.integer("startsecs"),
                from.integer("startretries"),
                from.choice("autorestart", Autorestart.class),
                Set.copyOf(from.integers("exitcodes")),
                from.integer("stopsignal"),
                from.integer("stopwaitsecs"),
                from.flag("stopasgroup"),
                from.flag("killasgroup"),
                user(from),
                from.flag("redirect_stderr"),
                readStream(from.at("stdout")),
                readStream(from.at("stderr")),
                from.map("environment"),
                from.optional("serverurl"),
                from.flag("serverurl.auto"),
                AdditionsText.read(from.at("more")));
    }

    private static Path path(Fields from) throws DamagedException {
        try {
            return Path.of(from.text("origin"));
        } catch (InvalidPathException e) {
            throw new DamagedException("origin is no path");
        }
    }

    private static Optional<UserId> user(Fields from) throws DamagedException {
        return from.has("user")
                ? Optional.of(new UserId(from.text("user"), from.integer("user.uid"), from.integer("user.gid")))
                : Optional.empty();
    }

    private static void writeStream(StreamConfig stream, Fields to) {
        if (stream.target() instanceof LogTarget.File file) {
            to.put("file", file.path());
        } else {
            to.put("auto", stream.target() instanceof LogTarget.Auto);
        }
        to.put("maxbytes", stream.maxBytes())
                .put("backups", stream.backups())
                .put("capture", stream.captureMaxBytes())
                .put("events", stream.eventsEnabled())
                .put("syslog", stream.syslog())
                .put("prefix", stream.prefix());
    }

    private static StreamConfig readStream(Fields from) throws DamagedException {
        LogTarget target;
        if (from.has("file")) {
            target = new LogTarget.File(from.text("file"));
        } else {
            target = from.flag("auto") ? new LogTarget.Auto() : new LogTarget.None();
        }
        return new StreamConfig(
                target,
                from.number("maxbytes"),
                from.integer("backups"),
                from.number("capture"),
                from.flag("events"),
                from.flag("syslog"),
                from.optional("prefix"));
    }
}
