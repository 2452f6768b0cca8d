package corral.it;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Our command line says what supervisorctl says, against either daemon. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class CorralctlIT {
    private static final List<String> SCRIPTS = List.of("control", "groups", "logs", "changes", "ends", "options");

    @TestFactory
    Stream<DynamicNode> everyCommandToTheRealDaemon(Lab lab, Transcripts transcripts) {
        return transcripts.compare(lab, List.of(new Lane(Kind.CORRAL, Kind.SUPERVISOR, false)), SCRIPTS);
    }

    @TestFactory
    Stream<DynamicNode> everyCommandToOurs(Lab lab, Transcripts transcripts) {
        return transcripts.compare(lab, List.of(new Lane(Kind.CORRAL, Kind.CORRAL, false)), List.of("tour", "changes"));
    }

    @TestFactory
    Stream<DynamicNode> everyCommandOverTcpWithAPassword(Lab lab, Transcripts transcripts) {
        return transcripts.compare(lab, List.of(new Lane(Kind.CORRAL, Kind.SUPERVISOR, true)), List.of("tour"));
    }
}
