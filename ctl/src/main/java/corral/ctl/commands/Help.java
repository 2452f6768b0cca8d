package corral.ctl.commands;

import corral.ctl.output.Columns;
import java.util.Optional;

/** {@code help} and {@code ?}. */
final class Help implements Command {
    private static final String HEADER = "default commands (type help <topic>):";
    private static final int WIDTH = 79;

    @Override
    public String usage() {
        return """
                help\t\tList the commands
                help <action>\tShow how to call a command""";
    }

    @Override
    public boolean run(String arguments, Session session) {
        if (arguments.isEmpty()) {
            session.out().text(overview());
            return true;
        }
        Optional<Command> command = arguments.equals("EOF") ? Optional.empty() : CommandTable.find(arguments);
        session.out().line(command.isPresent() ? command.get().usage() : "*** No help on " + arguments);
        return true;
    }

    private static String overview() {
        return "\n" + HEADER + "\n" + "=".repeat(HEADER.length()) + "\n" + Columns.of(CommandTable.names(), WIDTH)
                + "\n";
    }
}
