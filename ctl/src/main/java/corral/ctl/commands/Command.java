package corral.ctl.commands;

import corral.daemon.rpc.RpcFault;
import java.io.IOException;

/** A command of the shell and of the command line. */
public interface Command {

    /** How to call it: a line per form, the form and what it does parted by tabs, without a final line end. */
    String usage();

    /**
     * Runs it: prints to the session's output and sets its exit code.
     *
     * @param arguments what follows the command's name, without blanks around
     * @return whether the shell goes on afterwards
     * @throws RpcFault for a refusal that the command does not expect
     * @throws IOException when the daemon cannot be talked to
     */
    boolean run(String arguments, Session session) throws RpcFault, IOException;
}
