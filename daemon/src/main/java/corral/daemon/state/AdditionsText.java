package corral.daemon.state;

import corral.daemon.config.Additions;
import corral.daemon.config.Backoff;
import corral.daemon.config.BindAddress;
import corral.daemon.config.HealthCheck;
import corral.daemon.config.Limits;
import corral.daemon.config.ListenConfig;
import corral.daemon.config.ServerRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The settings of a process that Supervisor does not have. No state. */
final class AdditionsText {
    private AdditionsText() {}

    static void write(Additions additions, Fields to) {
        to.put("notify", additions.notifies())
                .put("watchdog", additions.watchdogSecs())
                .put("exit_on_fatal", additions.exitOnFatal())
                .put("surge", additions.surge())
                .put("max_memory", additions.maxMemory())
                .put("depends_on", additions.dependsOn())
                .put("backoff", additions.backoff().firstMs())
                .put("backoff.max", additions.backoff().maxMs())
                .put("backoff.restart", additions.backoff().restartMs());
        if (!additions.limits().equals(Limits.NONE)) {
            LimitsText.write(additions.limits(), to.at("limits"));
        }
        additions.healthCheck().ifPresent(check -> writeHealth(check, to.at("health")));
        additions.sockets().ifPresent(sockets -> writeListen(sockets, to.at("sockets")));
        additions.role().ifPresent(role -> writeRole(role, to.at("role")));
    }

    static Additions read(Fields from) throws DamagedException {
        return new Additions(
                from.flag("notify"),
                from.integer("watchdog"),
                from.flag("exit_on_fatal"),
                from.integer("surge"),
                from.number("max_memory"),
                from.list("depends_on"),
                from.has("health.kind") ? Optional.of(readHealth(from.at("health"))) : Optional.empty(),
                from.has("sockets.binds") ? Optional.of(readListen(from.at("sockets"))) : Optional.empty(),
                new Backoff(from.number("backoff"), from.number("backoff.max"), from.number("backoff.restart")),
                from.has("limits.rlimits") ? LimitsText.read(from.at("limits")) : Limits.NONE,
                from.has("role.kind") ? Optional.of(readRole(from.at("role"))) : Optional.empty());
    }

    private static void writeHealth(HealthCheck check, Fields to) {
        if (check.probe() instanceof HealthCheck.Http http) {
            to.put("kind", "http")
                    .put("host", http.host())
                    .put("port", http.port())
                    .put("socket", http.socket())
                    .put("target", http.target());
        } else if (check.probe() instanceof HealthCheck.Tcp tcp) {
            to.put("kind", "tcp").put("host", tcp.host()).put("port", tcp.port());
        } else if (check.probe() instanceof HealthCheck.Exec exec) {
            to.put("kind", "exec").put("command", exec.command());
        }
        to.put("interval", check.intervalMs())
                .put("timeout", check.timeoutMs())
                .put("retries", check.retries())
                .put("start_period", check.startPeriodMs());
    }

    private static HealthCheck readHealth(Fields from) throws DamagedException {
        HealthCheck.Probe probe = switch (from.text("kind")) {
            case "http" ->
                new HealthCheck.Http(from.text("host"), from.integer("port"), from.text("socket"), from.text("target"));
            case "tcp" -> new HealthCheck.Tcp(from.text("host"), from.integer("port"));
            case "exec" -> new HealthCheck.Exec(from.text("command"));
            default -> throw new DamagedException("health check of kind " + from.text("kind"));
        };
        return new HealthCheck(
                probe,
                from.number("interval"),
                from.number("timeout"),
                from.integer("retries"),
                from.number("start_period"));
    }

    private static void writeListen(ListenConfig listen, Fields to) {
        to.put("binds", listen.binds().size())
                .put("backlog", listen.backlog())
                .put("reuse_port", listen.reusePort())
                .put("mode", listen.unixMode())
                .put("uid", listen.uid())
                .put("gid", listen.gid());
        for (int i = 0; i < listen.binds().size(); i++) {
            writeBind(listen.binds().get(i), to.at("binds").at(Integer.toString(i)));
        }
    }

    private static void writeBind(BindAddress address, Fields to) {
        if (address instanceof BindAddress.Tcp tcp) {
            to.put("host", tcp.host()).put("port", tcp.port()).put("v6only", tcp.v6Only());
        } else if (address instanceof BindAddress.Unix unix) {
            to.put("path", unix.path());
        } else if (address instanceof BindAddress.Inherited inherited) {
            to.put("fd", inherited.fd());
        }
    }

    private static ListenConfig readListen(Fields from) throws DamagedException {
        List<BindAddress> binds = new ArrayList<>();
        int size = from.integer("binds");
        for (int i = 0; i < size; i++) {
            binds.add(readBind(from.at("binds").at(Integer.toString(i))));
        }
        return new ListenConfig(
                List.copyOf(binds),
                from.integer("backlog"),
                from.flag("reuse_port"),
                from.integer("mode"),
                from.optionalInteger("uid"),
                from.optionalInteger("gid"));
    }

    private static BindAddress readBind(Fields from) throws DamagedException {
        if (from.has("path")) {
            return new BindAddress.Unix(from.text("path"));
        }
        return from.has("fd")
                ? new BindAddress.Inherited(from.integer("fd"))
                : new BindAddress.Tcp(from.text("host"), from.integer("port"), from.flag("v6only"));
    }

    private static void writeRole(ServerRole role, Fields to) {
        if (role instanceof ServerRole.Front front) {
            to.put("kind", "front").put("exit_on_boot_failure", front.exitOnBootFailure());
            writeListen(front.listen(), to.at("listen"));
        } else if (role instanceof ServerRole.Worker worker) {
            to.put("kind", "worker")
                    .put("index", worker.index())
                    .put("total", worker.total())
                    .put("exit_on_boot_failure", worker.exitOnBootFailure())
                    .put("preloaded", worker.preloaded());
        } else if (role instanceof ServerRole.Template template) {
            to.put("kind", "template").put("exit_on_boot_failure", template.exitOnBootFailure());
        }
    }

    private static ServerRole readRole(Fields from) throws DamagedException {
        boolean exits = from.flag("exit_on_boot_failure");
        return switch (from.text("kind")) {
            case "front" -> new ServerRole.Front(readListen(from.at("listen")), exits);
            case "worker" ->
                new ServerRole.Worker(from.integer("index"), from.integer("total"), exits, from.flag("preloaded"));
            case "template" -> new ServerRole.Template(exits);
            default -> throw new DamagedException("role of kind " + from.text("kind"));
        };
    }
}
