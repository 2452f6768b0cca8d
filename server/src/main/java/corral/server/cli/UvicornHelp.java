package corral.server.cli;

/** The text of {@code corral uvicorn --help}, made of the table of options. */
final class UvicornHelp {
    private UvicornHelp() {}

    static String text() {
        StringBuilder out = new StringBuilder(8192);
        out.append("Usage: uvicorn [OPTIONS] APP\n\n");
        out.append(
                "  Runs APP (module:attribute) under corral. Variables UVICORN_NAME stand for options.\n\nOptions:\n");
        for (ClickOption option : UvicornOptions.TABLE) {
            String metavar = option.metavar();
            Columns.row(out, option.shown() + (metavar.isEmpty() ? "" : " " + metavar), option.meaning());
        }
        Columns.row(out, "--python=PATH", "corral: interpreter or virtual environment that runs APP.");
        return out.toString();
    }
}
