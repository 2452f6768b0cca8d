package corral.it;

/**
 * What a finished command left.
 *
 * @param command for messages
 * @param exit status, 128+n for a signal
 */
public record Outcome(String command, int exit, String out, String err) {
    @Override
    public String toString() {
        return "$ " + command + "\n" + out + (err.isEmpty() ? "" : "--- stderr\n" + err) + "exit " + exit;
    }
}
