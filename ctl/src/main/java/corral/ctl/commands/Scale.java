package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;

/** {@code scale}: how many processes a group has from now on. */
final class Scale implements Command {
    private static final int MAX_DIGITS = 9;

    @Override
    public String usage() {
        return """
                scale <gname> <n>\tRun so many workers of a server, or processes of a program with numprocs;
                \t\t\tit stays so until the configuration says another number""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        List<String> words = PyText.words(arguments);
        if (words.size() != 2) {
            session.misuse(ExitCode.GENERIC, "Error: scale requires the name of a group and a number", this);
        } else if (!isNumber(words.get(1))) {
            session.misuse(ExitCode.GENERIC, "Error: not a number of processes: " + words.get(1), this);
        } else if (UpCheck.passes(session)) {
            int processes = Integer.parseInt(words.get(1));
            new Rolling() {
                @Override
                void on(Daemon daemon, String group) throws RpcFault, IOException {
                    daemon.scale(group, processes);
                }
            }.run(words.subList(0, 1), "scaled to " + processes, session);
        }
        return true;
    }

    private static boolean isNumber(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) < '0' || word.charAt(i) > '9') {
                return false;
            }
        }
        return !word.isEmpty() && word.length() <= MAX_DIGITS;
    }
}
