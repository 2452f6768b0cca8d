package corral.it;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A command line program on a terminal of its own, typed into by a script. */
final class Terminal {
    private Terminal() {}

    /**
     * What a program answered.
     *
     * @param typed {@code start} for what came before anything was typed, {@code exit} for the status at the end
     * @param raw with echo, escapes and the next prompt
     */
    record Answer(String typed, String raw) {
        /** The lines that the program wrote, without what the terminal added. */
        String text() {
            String plain = Normalise.terminal(raw);
            boolean echoed = !typed.equals("start") && !typed.equals("exit");
            String answer = echoed ? plain.substring(plain.indexOf('\n') + 1) : plain;
            int end = answer.lastIndexOf('\n') + 1;
            return answer.endsWith("> ") ? answer.substring(0, end) : answer;
        }
    }

    /** Types lines into a program, one per prompt; {@code \t} and {@code \x04} are keys. */
    static List<Answer> type(RunningDaemon daemon, Kind client, List<String> arguments, List<String> lines) {
        daemon.write("pty_session.py", Script.resource("pty_session.py"));
        List<String> command = new ArrayList<>(List.of(
                Distribution.python().toString(),
                "pty_session.py",
                Distribution.ctl(client).toString()));
        command.addAll(arguments);
        Outcome outcome = daemon.run(command, String.join("\n", lines) + "\n");
        if (outcome.exit() != 0) {
            throw new AssertionError(outcome.toString());
        }
        return Arrays.stream(outcome.out().split("\u001e", -1))
                .filter(record -> record.contains("\u001f"))
                .map(record -> new Answer(
                        record.substring(0, record.indexOf('\u001f')), record.substring(record.indexOf('\u001f') + 1)))
                .toList();
    }
}
