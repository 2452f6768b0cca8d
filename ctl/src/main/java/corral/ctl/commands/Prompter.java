package corral.ctl.commands;

import java.io.IOException;

/** Asks the user. One thread. */
public interface Prompter {

    /**
     * Reads a line.
     *
     * @throws java.io.EOFException at the end of input
     * @throws java.io.InterruptedIOException when the user pressed Ctrl-C instead
     */
    String readLine(String prompt) throws IOException;

    /** Reads a line that is a command, and may be recalled later; otherwise likewise. */
    String readCommand(String prompt) throws IOException;

    /** Whether the cursor is at the start of a line already when there is no line to read, as after JLine. */
    boolean endsLines();

    /** Reads a line that is not shown; otherwise likewise. */
    String readPassword(String prompt) throws IOException;
}
