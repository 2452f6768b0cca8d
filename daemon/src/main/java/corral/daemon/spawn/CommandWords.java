package corral.daemon.spawn;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command into words as POSIX quoting has it, without a shell (spec/supervisor.md 2.4, {@code command}): quotes and
 * backslashes work, in double quotes a backslash escapes {@code "} and itself only; nothing is expanded.
 */
final class CommandWords {
    private final String command;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private CommandWords(String command) {
        this.command = command;
    }

    /**
     * The words of a command.
     *
     * @throws LaunchException when a quote is not closed or there is no word at all
     */
    static List<String> split(String command) throws LaunchException {
        List<String> words = new CommandWords(command).split();
        if (words.isEmpty()) {
            throw LaunchException.notExecutable("command is empty");
        }
        return words;
    }

    private List<String> split() throws LaunchException {
        while (at < command.length()) {
            char c = command.charAt(at++);
            switch (c) {
                case ' ', '\t', '\r', '\n' -> endWord();
                case '\'' -> singleQuoted();
                case '"' -> doubleQuoted();
                case '\\' -> {
                    if (at == command.length()) {
                        throw unparsable("No escaped character");
                    }
                    append(command.charAt(at++));
                }
                default -> append(c);
            }
        }
        endWord();
        return words;
    }

    private void singleQuoted() throws LaunchException {
        int end = command.indexOf('\'', at);
        if (end < 0) {
            throw unparsable("No closing quotation");
        }
        inWord = true;
        word.append(command, at, end);
        at = end + 1;
    }

    private void doubleQuoted() throws LaunchException {
        inWord = true;
        while (at < command.length()) {
            char c = command.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '\\' && at < command.length() && "\"\\".indexOf(command.charAt(at)) >= 0) {
                c = command.charAt(at++);
            }
            word.append(c);
        }
        throw unparsable("No closing quotation");
    }

    private void append(char c) {
        inWord = true;
        word.append(c);
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private LaunchException unparsable(String why) {
        return LaunchException.notExecutable("can't parse command '" + command + "': " + why);
    }
}
