package corral.ctl.fake;

import corral.ctl.commands.Prompter;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A user who types what was written down before, and then nothing more. */
public final class FakeUser implements Prompter {
    /** What the user was asked. */
    public final List<String> prompts = new ArrayList<>();

    private final Deque<Object> answers = new ArrayDeque<>();

    /** Types a line next. */
    public FakeUser types(String line) {
        answers.add(line);
        return this;
    }

    /** Does something else next, such as pressing Ctrl-C. */
    public FakeUser does(IOException event) {
        answers.add(event);
        return this;
    }

    @Override
    public String readLine(String prompt) throws IOException {
        prompts.add(prompt);
        Object answer = answers.poll();
        if (answer instanceof String line) {
            return line;
        }
        throw answer instanceof IOException event ? event : new EOFException();
    }

    @Override
    public String readCommand(String prompt) throws IOException {
        return readLine(prompt);
    }

    @Override
    public boolean endsLines() {
        return false;
    }

    @Override
    public String readPassword(String prompt) throws IOException {
        return readLine(prompt);
    }
}
