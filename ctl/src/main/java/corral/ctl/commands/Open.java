package corral.ctl.commands;

import corral.ctl.output.ExitCode;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.Locale;

/** {@code open}: turns to another daemon. */
final class Open implements Command {

    @Override
    public String usage() {
        return """
                open <url>\tControl another daemon, at http://host:port
                \t\tor, through its Unix socket, at unix:///path""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        int colon = arguments.indexOf(':');
        String scheme = colon < 0 ? "" : arguments.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("unix") && !scheme.equals("http")) {
            session.fail(ExitCode.GENERIC, "ERROR: url must be http:// or unix://");
            return true;
        }
        session.open(arguments);
        int before = session.exitCode();
        new Status().run("", session);
        session.exitCode(before);
        return true;
    }
}
