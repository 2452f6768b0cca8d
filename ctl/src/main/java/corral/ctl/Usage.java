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

                Exit status of an action, the last failure if there are several; the same as supervisorctl's:
                0    done, or as wanted already: started what runs, stopped what does not
                1    failed, or a name that is unknown
                2    wrong options or configuration, a start without a name or of an unknown group
                3    status: something shown is STOPPED, EXITED, FATAL or UNKNOWN
                4    nobody listens where the daemon should; status: also no socket file, or an unknown name
                5    the daemon speaks another version
                7    a program that cannot be started or does not run; not status: no socket file
                130  interrupted
                An init script asks "status" (0, 3 and 4 as in the LSB) or, for the daemon alone, "pid" (0 if it answers).
                """.replace("%s", program);
    }
}
