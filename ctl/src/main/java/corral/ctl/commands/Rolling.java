package corral.ctl.commands;

import corral.ctl.daemon.Daemon;
import corral.ctl.daemon.Namespec;
import corral.ctl.output.ExitCode;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.util.List;

/** What changes a group while it goes on working; corrald only. */
abstract class Rolling {

    /** What a daemon is asked for one group. */
    abstract void on(Daemon daemon, String group) throws RpcFault, IOException;

    /**
     * Does it for one group after another, and says so or why not.
     *
     * @param names the groups', also as {@code group:*}
     * @param done what the line of success says of each
     */
    final void run(List<String> names, String done, Session session) throws RpcFault, IOException {
        for (String name : names) {
            Namespec namespec = Namespec.parse(name);
            String group = namespec.isGroup() ? namespec.group() : name;
            try {
                on(session.daemon(), group);
                session.out().line(group + ": " + done);
            } catch (RpcFault fault) {
                report(group, fault, session);
            }
        }
    }

    /** Says why it was refused: on standard error, since the text may be the traceback of an application. */
    static void report(String group, RpcFault fault, Session session) throws RpcFault {
        session.exitCode(ExitCode.GENERIC);
        session.err().line(Outcomes.error(group, reason(group, fault, session)));
    }

    private static String reason(String group, RpcFault fault, Session session) throws RpcFault {
        if (fault.is(Fault.BAD_NAME)) {
            return "no such group";
        }
        if (fault.is(Fault.UNKNOWN_METHOD)) {
            return "the daemon at " + session.daemon().url() + " cannot do that, only corrald can";
        }
        if (fault.is(Fault.SHUTDOWN_STATE)) {
            return "already shutting down";
        }
        if (fault.is(Fault.FAILED) || fault.is(Fault.BAD_ARGUMENTS)) {
            return text(group, fault.faultString());
        }
        throw fault;
    }

    /** Without the fault's own name, and the group's where the line begins with it anyway. */
    private static String text(String group, String faultString) {
        int colon = faultString.indexOf(": ");
        String detail = colon < 0 ? faultString : faultString.substring(colon + 2);
        String own = group + ": ";
        return detail.startsWith(own) ? detail.substring(own.length()) : detail;
    }
}
