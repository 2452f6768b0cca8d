package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.daemon.LogStream;
import corral.ctl.daemon.ProcessInfo;
import corral.ctl.output.ErrorLine;
import corral.ctl.output.ExitCode;
import corral.daemon.ini.PyText;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code fg}: joins a process to the terminal. Its logs are shown by two threads, its input is read by the caller's. */
final class Fg implements Command {

    @Override
    public String usage() {
        return """
                fg <process>\tShow what a process writes, and send it what is typed
                \t\tuntil Ctrl-C""";
    }

    @Override
    public boolean run(String arguments, Session session) throws RpcFault, IOException {
        if (!UpCheck.passes(session)) {
            return true;
        }
        List<String> names = PyText.words(arguments);
        if (names.isEmpty()) {
            session.misuse(ExitCode.GENERIC, "ERROR: no process name supplied", this);
        } else if (names.size() > 1) {
            session.fail(ExitCode.GENERIC, "ERROR: too many process names supplied");
        } else if (isRunning(names.get(0), session)) {
            join(names.get(0), session);
        }
        return true;
    }

    private static boolean isRunning(String name, Session session) throws IOException {
        try {
            ProcessInfo process = session.daemon().process(name);
            if (process.isRunning()) {
                return true;
            }
            session.fail(ExitCode.GENERIC, "ERROR: process not running");
        } catch (RpcFault fault) {
            if (fault.is(Fault.BAD_NAME)) {
                session.fail(ExitCode.GENERIC, "ERROR: bad process name supplied");
            } else {
                session.out().line("ERROR: " + ErrorLine.fault(fault));
            }
        }
        return false;
    }

    private static void join(String name, Session session) throws RpcFault, IOException {
        session.out().line(Follow.BANNER);
        AtomicBoolean ended = new AtomicBoolean();
        LogStream stdout = show(name, "stdout", session, ended);
        LogStream stderr = show(name, "stderr", session, ended);
        try {
            pass(name, session);
            session.out().line("Exiting foreground");
        } finally {
            ended.set(true);
            stdout.close();
            stderr.close();
        }
    }

    private static LogStream show(String name, String channel, Session session, AtomicBoolean ended) {
        String path = "/logtail/" + name + "/" + channel;
        LogStream log = session.daemon().log(path);
        Thread thread = new Thread(() -> Follow.show(session, log, path, ended), "fg " + channel);
        thread.setDaemon(true);
        thread.start();
        return log;
    }

    /** Sends what is typed until the user or the process has enough. */
    private static void pass(String name, Session session) throws RpcFault, IOException {
        Daemon daemon = session.daemon();
        while (true) {
            String line;
            try {
                line = session.prompter().readLine("");
            } catch (EOFException | InterruptedIOException e) {
                return;
            }
            try {
                daemon.sendStdin(name, line + "\n");
            } catch (RpcFault fault) {
                boolean gone = fault.is(Fault.NOT_RUNNING);
                session.out().line(gone ? "Process got killed" : "ERROR: " + ErrorLine.fault(fault));
                return;
            }
            if (!daemon.process(name).isRunning()) {
                session.out().line("Process got killed");
                return;
            }
        }
    }
}
