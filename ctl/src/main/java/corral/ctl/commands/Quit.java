package corral.ctl.commands;

/** {@code quit}, {@code exit} and the end of input. */
final class Quit implements Command {
    private final String name;

    Quit(String name) {
        this.name = name;
    }

    @Override
    public String usage() {
        return name + "\tLeave the shell";
    }

    @Override
    public boolean run(String arguments, Session session) {
        session.out().line("");
        return false;
    }
}
