package corral.ctl.shell;

import corral.ctl.commands.Connector;
import corral.ctl.commands.Prompter;
import corral.ctl.commands.Session;
import corral.ctl.output.Output;
import corral.ctl.output.Tty;
import java.nio.file.Path;
import java.util.Optional;

/** Puts a shell together: with JLine on a terminal, without it elsewhere. */
public final class ShellStart {

    private ShellStart() {}

    /** Standard output and error. */
    public record Streams(Output out, Output err) {}

    /** A shell that talks to a daemon, and keeps its history in a file if one is given. */
    public static Shell shell(Connector connector, Session.Target target, Streams streams, Optional<Path> historyFile) {
        boolean terminal = Tty.isTerminal(0) && Tty.isTerminal(1);
        if (!terminal) {
            Prompter prompter = new PlainPrompter(streams.out(), streams.err(), new CtrlC());
            Session session = session(connector, target, streams, prompter);
            return new Shell(session, () -> {});
        }
        LinePrompter prompter = LinePrompter.open(historyFile);
        Session session = session(connector, target, streams, prompter);
        KnownProcesses processes = new KnownProcesses(session);
        prompter.completeFrom(new Completion(processes));
        return new Shell(session, processes::forget);
    }

    /** Asks with JLine; for a terminal only. */
    public static Prompter prompter(Optional<Path> historyFile) {
        return LinePrompter.open(historyFile);
    }

    private static Session session(Connector connector, Session.Target target, Streams streams, Prompter prompter) {
        Session.Terminal terminal = new Session.Terminal(streams.out(), streams.err(), prompter, new CtrlC());
        return new Session(connector, target, terminal, true);
    }
}
