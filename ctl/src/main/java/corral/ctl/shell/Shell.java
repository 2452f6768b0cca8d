package corral.ctl.shell;

import corral.ctl.commands.Interpreter;
import corral.ctl.commands.Session;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;

/** Reads lines and runs them until quit, the end of input or Ctrl-C (spec/supervisor.md 5.4). One thread. */
public final class Shell {
    private final Session session;
    private final Runnable beforeCommand;

    /**
     * A shell.
     *
     * @param beforeCommand done before each command
     */
    Shell(Session session, Runnable beforeCommand) {
        this.session = session;
        this.beforeCommand = beforeCommand;
    }

    /** Shows the status, then runs lines. */
    public void run(String prompt) {
        // Ctrl-C at the prompt comes as an exception; amid a command, the JVM has to be left from the signal's thread.
        Runnable undo = session.interrupts().onInterrupt(this::leave);
        try {
            Interpreter interpreter = new Interpreter(session);
            boolean goesOn = interpreter.run("status");
            while (goesOn) {
                Optional<String> line = read(prompt);
                beforeCommand.run();
                goesOn = line.isPresent() && interpreter.run(line.get());
            }
        } catch (InterruptedIOException e) {
            endLine();
        } finally {
            undo.run();
        }
    }

    /** The next command; empty at the end of input. */
    private Optional<String> read(String prompt) throws InterruptedIOException {
        try {
            return Optional.of(session.prompter().readCommand(prompt));
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            endLine();
            return Optional.empty();
        }
    }

    private void endLine() {
        if (!session.prompter().endsLines()) {
            session.out().line("");
        }
    }

    private void leave() {
        session.out().line("");
        Runtime.getRuntime().exit(0);
    }
}
