package corral.daemon.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One process to supervise: a {@code [program:x]} section after expansion for one {@code process_num}
 * (spec/supervisor.md 2.4). Equality decides whether {@code reread} reports a change: where the section stands does not
 * count, nor does the address behind {@code serverurl=AUTO}, which only changes with the daemon's own servers (6.6).
 *
 * @param name process name without its group
 * @param program name in the section header
 * @param origin the section header's file and line
 * @param command the command line, expanded, not yet split into words
 * @param directory working directory of the child; empty means the daemon's
 * @param umask of the child, 0-0777; empty means the daemon's
 * @param priority lower starts first
 * @param startsecs seconds the child must stay up to be RUNNING; negative counts as 0
 * @param startretries further attempts after the first failed start
 * @param exitcodes statuses that are expected
 * @param stopsignal number of the signal that asks the child to stop
 * @param stopwaitsecs seconds until SIGKILL follows
 * @param stopasgroup whether the stop signal goes to the process group
 * @param killasgroup whether SIGKILL goes to the process group
 * @param user whose uid, gid and groups the child gets; empty means the daemon's
 * @param redirectStderr whether fd 2 of the child is its stdout
 * @param environment {@code [supervisord] environment} overlaid by the program's; what is added to the daemon's own
 * @param serverurl SUPERVISOR_SERVER_URL for the child, already resolved if AUTO; empty when there is no server
 * @param serverurlAuto whether {@code serverurl} is AUTO or absent; clients are then told {@code none}
 * @param additions what Supervisor does not have
 */
public record ProcessConfig(
        String name,
        String program,
        Origin origin,
        String command,
        Optional<String> directory,
        OptionalInt umask,
        int priority,
        boolean autostart,
        int startsecs,
        int startretries,
        Autorestart autorestart,
        Set<Integer> exitcodes,
        int stopsignal,
        int stopwaitsecs,
        boolean stopasgroup,
        boolean killasgroup,
        Optional<UserId> user,
        boolean redirectStderr,
        StreamConfig stdout,
        StreamConfig stderr,
        Map<String, String> environment,
        Optional<String> serverurl,
        boolean serverurlAuto,
        Additions additions) {

    /** A process with Supervisor's options only, whose {@code serverurl} was written out. */
    public ProcessConfig(
            String name,
            String program,
            Origin origin,
            String command,
            Optional<String> directory,
            OptionalInt umask,
            int priority,
            boolean autostart,
            int startsecs,
            int startretries,
            Autorestart autorestart,
            Set<Integer> exitcodes,
            int stopsignal,
            int stopwaitsecs,
            boolean stopasgroup,
            boolean killasgroup,
            Optional<UserId> user,
            boolean redirectStderr,
            StreamConfig stdout,
            StreamConfig stderr,
            Map<String, String> environment,
            Optional<String> serverurl) {
        this(
                name,
                program,
                origin,
                command,
                directory,
                umask,
                priority,
                autostart,
                startsecs,
                startretries,
                autorestart,
                exitcodes,
                stopsignal,
                stopwaitsecs,
                stopasgroup,
                killasgroup,
                user,
                redirectStderr,
                stdout,
                stderr,
                environment,
                serverurl,
                false,
                Additions.NONE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProcessConfig that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    /** Every option that makes a difference to the running process. */
    private List<Object> compared() {
        return List.of(
                name,
                program,
                command,
                directory,
                umask,
                priority,
                autostart,
                startsecs,
                startretries,
                autorestart,
                exitcodes,
                stopsignal,
                stopwaitsecs,
                stopasgroup,
                killasgroup,
                user,
                redirectStderr,
                stdout,
                stderr,
                environment,
                serverurlAuto ? Optional.empty() : serverurl,
                serverurlAuto,
                additions);
    }
}
