package corral.ctl.commands;

import java.util.List;
import java.util.Optional;

/** The commands by name. Each is made when it is asked for: a command line that runs one need not load the others. */
public final class CommandTable {
    private static final List<String> NAMES = List.of(
            "add",
            "avail",
            "clear",
            "exit",
            "fg",
            "maintail",
            "open",
            "pid",
            "quit",
            "reload",
            "remove",
            "reread",
            "restart",
            "scale",
            "shutdown",
            "signal",
            "start",
            "status",
            "stop",
            "tail",
            "update",
            "upgrade",
            "version");

    private CommandTable() {}

    /** The names that {@code help} lists, sorted. */
    public static List<String> names() {
        return NAMES;
    }

    /** The command of that name; {@code help} is none of them. */
    public static Optional<Command> find(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "add" -> new Add();
                    case "avail" -> new Avail();
                    case "clear" -> new Clear();
                    case "exit", "quit", "EOF" -> new Quit(name);
                    case "fg" -> new Fg();
                    case "help" -> new Help();
                    case "maintail" -> new Maintail();
                    case "open" -> new Open();
                    case "pid" -> new Pid();
                    case "reload" -> new Reload();
                    case "remove" -> new Remove();
                    case "reread" -> new Reread();
                    case "restart" -> new Restart();
                    case "scale" -> new Scale();
                    case "shutdown" -> new Shutdown();
                    case "signal" -> new Signal();
                    case "start" -> new Start();
                    case "status" -> new Status();
                    case "stop" -> new Stop();
                    case "tail" -> new Tail();
                    case "update" -> new Update();
                    case "upgrade" -> new Upgrade();
                    case "version" -> new Version();
                    default -> null;
                });
    }
}
