package corral.ctl.shell;

import corral.ctl.commands.Prompter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Reads lines with JLine: editing, history, completion. One thread. */
final class LinePrompter implements Prompter {
    private final LineReader reader;
    private Optional<Completion> completion = Optional.empty();

    private LinePrompter(Terminal terminal, Optional<Path> historyFile) {
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser((line, cursor, context) -> new Word(line, cursor))
                .completer((lineReader, line, candidates) -> complete(line, candidates))
                .option(LineReader.Option.HISTORY_TIMESTAMPED, false)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.AUTO_MENU, false)
                .option(LineReader.Option.BRACKETED_PASTE, false);
        if (historyFile.isPresent()) {
            builder.variable(LineReader.HISTORY_FILE, historyFile.get());
        }
        reader = builder.build();
    }

    /** Takes the terminal over; a history that cannot be read is none. */
    static LinePrompter open(Optional<Path> historyFile) {
        try {
            return new LinePrompter(
                    TerminalBuilder.builder()
                            .system(true)
                            .encoding(StandardCharsets.UTF_8)
                            // Without this, the terminal is asked what it is, and waited for.
                            .graphemeCluster(false)
                            .build(),
                    historyFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void completeFrom(Completion source) {
        completion = Optional.of(source);
    }

    @Override
    public String readLine(String prompt) throws IOException {
        // Answers and what is typed to a process do not belong into the history.
        reader.setVariable(LineReader.DISABLE_HISTORY, true);
        return read(prompt, null);
    }

    @Override
    public String readCommand(String prompt) throws IOException {
        reader.setVariable(LineReader.DISABLE_HISTORY, false);
        return read(prompt, null);
    }

    @Override
    public boolean endsLines() {
        return true;
    }

    @Override
    public String readPassword(String prompt) throws IOException {
        reader.setVariable(LineReader.DISABLE_HISTORY, true);
        return read(prompt, '\0');
    }

    private String read(String prompt, Character mask) throws IOException {
        try {
            return reader.readLine(prompt, mask);
        } catch (EndOfFileException e) {
            throw new EOFException();
        } catch (UserInterruptException e) {
            throw new InterruptedIOException();
        }
    }

    private void complete(ParsedLine line, List<Candidate> candidates) {
        if (completion.isPresent()) {
            String word = line.word();
            for (String candidate : completion.get().candidates(line.line(), word)) {
                candidates.add(new Candidate(candidate));
            }
        }
    }

    /** The word before the cursor, taken apart as {@link Completion} does; quotes and escapes mean nothing here. */
    private record Word(String line, int cursor) implements CompletingParsedLine {

        @Override
        public String word() {
            return line.substring(Completion.wordStart(line, cursor), cursor);
        }

        @Override
        public int wordCursor() {
            return word().length();
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(word());
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return wordCursor();
        }

        @Override
        public int rawWordLength() {
            return wordCursor();
        }
    }
}
