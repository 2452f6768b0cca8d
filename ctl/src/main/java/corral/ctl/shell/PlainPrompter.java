package corral.ctl.shell;

import corral.ctl.commands.Interrupts;
import corral.ctl.commands.Prompter;
import corral.ctl.output.Output;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;

/**
 * Asks on standard output and reads standard input as it is: no editing, no history, and a password is seen. One
 * thread; standard input is read by another, so that Ctrl-C can end the waiting.
 */
public final class PlainPrompter implements Prompter {
    private final Output out;
    private final Output err;
    private final Interrupts interrupts;

    private Optional<StandardInput> input = Optional.empty();

    /** A prompter that has not touched standard input yet. */
    public PlainPrompter(Output out, Output err, Interrupts interrupts) {
        this.out = out;
        this.err = err;
        this.interrupts = interrupts;
    }

    @Override
    public String readLine(String prompt) throws IOException {
        return read(prompt, out);
    }

    @Override
    public String readCommand(String prompt) throws IOException {
        return read(prompt, out);
    }

    @Override
    public boolean endsLines() {
        return false;
    }

    @Override
    public String readPassword(String prompt) throws IOException {
        return read(prompt, err);
    }

    private String read(String prompt, Output where) throws IOException {
        where.text(prompt);
        if (input.isEmpty()) {
            input = Optional.of(StandardInput.of(System.in));
        }
        Thread asking = Thread.currentThread();
        Runnable undo = interrupts.onInterrupt(asking::interrupt);
        try {
            return input.get().line().orElseThrow(EOFException::new);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        } finally {
            undo.run();
        }
    }
}
