package corral.it;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The real supervisorctl cannot tell corrald from supervisord, over the Unix socket and over TCP with a password. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class RealSupervisorctlIT {
    @TestFactory
    Stream<DynamicNode> everyCommandOverTheUnixSocket(Lab lab, Transcripts transcripts) {
        Lane lane = new Lane(Kind.SUPERVISOR, Kind.CORRAL, false);
        return transcripts.compare(
                lab, List.of(lane), List.of("control", "groups", "logs", "changes", "ends", "options"));
    }

    @TestFactory
    Stream<DynamicNode> everyCommandOverTcpWithAPassword(Lab lab, Transcripts transcripts) {
        Lane lane = new Lane(Kind.SUPERVISOR, Kind.CORRAL, true);
        return transcripts.compare(lab, List.of(lane), List.of("tour"));
    }
}
