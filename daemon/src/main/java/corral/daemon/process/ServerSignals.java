package corral.daemon.process;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What signals ask of the servers of a daemon, in the way of Gunicorn (server spec 1.9, 6.7). Any thread may call; what comes of it is to be
 * read in the activity log.
 */
public final class ServerSignals {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final int USR1 = 10;
    private static final int MOST = 1000;

    private final Supervisor supervisor;
    private final SupervisorCommands commands;
    private Optional<Errand> regeneration = Optional.empty();
    private boolean reloading;
    private boolean reloadsAgain;

    /** For the servers of one supervisor. */
    public ServerSignals(Supervisor supervisor, SupervisorCommands commands) {
        this.supervisor = supervisor;
        this.commands = commands;
    }

    /**
     * New code and new settings without a gap: the configuration is made anew and read, fronts that it changes and all workers are
     * replaced. What fails leaves all that runs as it is. Asked for again meanwhile, it happens once more afterwards.
     *
     * @param regenerate command that makes the configuration anew; empty when it is as people wrote it
     */
    public void reload(Optional<String> regenerate) {
        post("reload", () -> {
            if (reloading) {
                reloadsAgain = true;
                return;
            }
            reloading = true;
            supervisor.reloading();
            regenerated(regenerate)
                    .thenCompose(done -> commands.reloadConfig())
                    .thenCompose(this::apply)
                    .whenComplete((done, error) -> {
                        if (error != null) {
                            log.error(
                                    "Reload failed, what runs stays as it is: {}",
                                    Refused.from(error).detail());
                        }
                        reloading = false;
                        if (reloadsAgain) {
                            reloadsAgain = false;
                            reload(regenerate);
                        } else {
                            supervisor.reloaded();
                        }
                    });
        });
    }

    private CompletableFuture<Void> regenerated(Optional<String> command) {
        if (command.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        if (regeneration
                .filter(errand -> errand.command().equals(command.get()))
                .isEmpty()) {
            regeneration = Optional.of(new Errand(supervisor, "regenerate", command.get()));
        }
        return regeneration
                .get()
                .run()
                .exceptionallyCompose(error -> Refused.of(
                        Refusal.FAILED,
                        "the configuration cannot be made anew: "
                                + Refused.from(error).detail()));
    }

    private CompletableFuture<Void> apply(GroupDiff diff) {
        List<String> servers = servers();
        if (!diff.added().isEmpty() || servers.stream().anyMatch(diff.removed()::contains)) {
            return restart();
        }
        List<CompletableFuture<Boolean>> renewed =
                servers.stream().map(this::renew).toList();
        return CompletableFuture.allOf(renewed.toArray(CompletableFuture[]::new))
                .thenCompose(done -> renewed.stream().allMatch(CompletableFuture::join)
                        ? CompletableFuture.completedFuture(null)
                        : restart());
    }

    /** A failure is told without what the worker wrote: that has gone where its output goes, mostly to the same terminal. */
    private CompletableFuture<Boolean> renew(String server) {
        return commands.renew(server).exceptionallyCompose(error -> {
            RefusedException refused = Refused.from(error);
            return Refused.of(
                    refused.refusal(), refused.detail().lines().findFirst().orElse(""));
        });
    }

    /** The sockets stay open, clients wait meanwhile. */
    private CompletableFuture<Void> restart() {
        log.warn("the new settings take a restart");
        return commands.restart();
    }

    /** Each server gets a new front, which takes over its sockets. */
    public void upgrade() {
        post("upgrade", () -> each("not upgraded", commands::upgrade));
    }

    /** The access logs of all servers are opened anew, because they have been renamed. */
    public void reopenLogs() {
        post(
                "reopen access logs",
                () -> supervisor.groups().stream()
                        .flatMap(group -> group.front().stream())
                        .filter(front -> front.state() == State.RUNNING)
                        .forEach(front -> front.signal(USR1)));
    }

    /**
     * One worker more or one fewer, but not the last one, if there is exactly one server.
     *
     * @param by 1 or -1
     */
    public void scale(int by) {
        post("scale", () -> {
            List<String> servers = servers();
            if (servers.size() == 1) {
                each("not scaled", name -> commands.change(name, number -> between(number, number + by)));
            } else {
                log.info(
                        "there are {} servers, none of them gets {} worker",
                        servers.size(),
                        by > 0 ? "another" : "fewer");
            }
        });
    }

    private static int between(int number, int wanted) {
        return wanted < 1 || wanted > MOST ? number : wanted;
    }

    private void each(String failed, Function<String, CompletableFuture<Void>> command) {
        for (String server : servers()) {
            command.apply(server).whenComplete((done, error) -> {
                if (error != null) {
                    log.error(
                            "'{}' is {}: {}",
                            server,
                            failed,
                            Refused.from(error).detail());
                }
            });
        }
    }

    private List<String> servers() {
        return supervisor.groups().stream()
                .filter(group -> group.front().isPresent())
                .map(ProcessGroup::name)
                .toList();
    }

    private void post(String name, Runnable event) {
        supervisor.ports().loop().post(name, () -> {
            if (supervisor.state() == SupervisorState.RUNNING) {
                event.run();
            } else {
                log.warn("no {}: shutdown or restart in progress", name);
            }
        });
    }
}
