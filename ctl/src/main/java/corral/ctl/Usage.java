package corral.ctl;

/** The text of {@code -h}. */
final class Usage {

    private Usage() {}

    /** The text, with the name the program was called by. */
    static String text(String program) {
        return """
                corralctl: control the programs that corrald or supervisord runs.

                Usage: %s [options] [action [arguments]]

                Options:
                -c, --configuration FILE   configuration file, searched for when not given
                -h, -?, --help             show this and exit
                -i, --interactive          ask before a shutdown or a reload, and for name and password
                -s, --serverurl URL        where the daemon listens: http://host:port or unix:///path
                                           (default "http://localhost:9001")
                -u, --username NAME        who to be there
                -p, --password PASSWORD    and how to prove it
                -r, --history_file FILE    where the shell keeps its history

                Without an action, a shell starts and takes actions as they are typed.
                The action "help" lists all of them.
                """.replace("%s", program);
    }
}
