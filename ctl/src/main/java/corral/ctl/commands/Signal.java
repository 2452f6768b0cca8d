package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.daemon.Outcome;
import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;

/** {@code signal}: sends one to processes, never to their process groups. */
final class Signal implements Command {

    @Override
    public String usage() {
        return """
                signal <signal name> <name>\t\tSend a signal to one process
                signal <signal name> <gname>:*\t\tSend it to the processes of a group
                signal <signal name> <name> <name>\tSend it to several processes or groups
                signal <signal name> all\t\tSend it to every process""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (UpCheck.passes(session)) {
            List<String> words = PyText.words(arguments);
            if (words.size() < 2) {
                session.misuse(ExitCode.GENERIC, "Error: signal requires a signal name and a process name", this);
            } else {
                new Signalling(words.get(0)).run(words.subList(1, words.size()), session);
            }
        }
        return true;
    }

    private static final class Signalling extends ProcessAction {
        private final String signal;

        Signalling(String signal) {
            super(Fault.SUCCESS, ExitCode.GENERIC);
            this.signal = signal;
        }

        @Override
        void one(Daemon daemon, String name) throws RpcFault, IOException {
            daemon.signal(name, signal);
        }

        @Override
        List<Outcome> group(Daemon daemon, String group) throws RpcFault, IOException {
            return daemon.signalGroup(group, signal);
        }

        @Override
        List<Outcome> all(Daemon daemon) throws RpcFault, IOException {
            return daemon.signalAll(signal);
        }

        @Override
        String line(String name, int code, String faultString) {
            return SignalResult.line(name, code, faultString, "signalled");
        }
    }
}
