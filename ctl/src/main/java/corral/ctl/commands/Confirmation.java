package corral.ctl.commands;

import java.io.IOException;
import java.util.Locale;

/** A question before something that cannot be undone, when there is somebody to ask. */
final class Confirmation {

    private Confirmation() {}

    static boolean given(String question, Session session) throws IOException {
        return !session.isInteractive()
                || session.prompter()
                        .readLine(question)
                        .toLowerCase(Locale.ROOT)
                        .startsWith("y");
    }
}
