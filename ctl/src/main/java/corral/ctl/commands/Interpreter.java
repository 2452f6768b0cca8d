package corral.ctl.commands;

import corral.ctl.output.ErrorLine;
import corral.ctl.output.ExitCode;
import corral.daemon.rpc.Credentials;
import corral.daemon.rpc.HttpStatusException;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;

/** Runs command lines, and has an answer for every failure that a command does not expect. One thread. */
public final class Interpreter {
    private static final int UNAUTHORIZED = 401;

    private final Session session;

    /** An interpreter for a session. */
    public Interpreter(Session session) {
        this.session = session;
    }

    /**
     * Runs a line; a blank one does nothing.
     *
     * @return whether the shell goes on
     * @throws InterruptedIOException when the user pressed Ctrl-C at a question
     */
    public boolean run(String text) throws InterruptedIOException {
        String line = text.strip();
        if (line.isEmpty()) {
            return true;
        }
        boolean question = line.charAt(0) == '?';
        String rest = question ? line.substring(1).strip() : line;
        int end = question ? 0 : nameLength(line);
        Optional<Command> command = CommandTable.find(question ? "help" : line.substring(0, end));
        if (command.isEmpty()) {
            session.fail(ExitCode.GENERIC, "*** Unknown syntax: " + line);
            return true;
        }
        try {
            return run(command.get(), rest.substring(end).strip());
        } finally {
            // As long as the user thinks, the daemon need not keep a connection.
            session.daemon().disconnect();
        }
    }

    private static int nameLength(String line) {
        int end = 0;
        while (end < line.length() && isNameCharacter(line.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    private boolean run(Command command, String arguments) throws InterruptedIOException {
        while (true) {
            try {
                return command.run(arguments, session);
            } catch (HttpStatusException e) {
                if (!identified(e)) {
                    return true;
                }
            } catch (InterruptedIOException e) {
                throw e;
            } catch (RpcFault | IOException | IllegalArgumentException e) {
                session.fail(ExitCode.GENERIC, ErrorLine.of(e));
                return true;
            }
        }
    }

    /** Whether the daemon wanted to know who we are and has been told; otherwise the failure has been printed. */
    private boolean identified(HttpStatusException failure) throws InterruptedIOException {
        boolean unauthorized = failure.status() == UNAUTHORIZED;
        if (unauthorized) {
            session.out().line("Server requires authentication");
        }
        try {
            if (unauthorized && session.isInteractive()) {
                askWho();
                return true;
            }
            session.fail(ExitCode.GENERIC, ErrorLine.of(failure));
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            session.fail(ExitCode.GENERIC, ErrorLine.of(e));
        }
        return false;
    }

    private void askWho() throws IOException {
        String username = session.prompter().readLine("Username:");
        String password = session.prompter().readPassword("Password:");
        session.out().line("");
        session.authenticate(new Credentials(username, password));
    }
}
