package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Five hundred programs at once. Alone, so that it does not starve the other tests. */
@ExtendWith(LabExtension.class)
class ManyProgramsIT {
    private static final int PROGRAMS = 500;

    @Test
    void fiveHundredProgramsStartTogetherAndStopTogether(Lab lab) {
        StringBuilder config = new StringBuilder();
        for (int i = 0; i < PROGRAMS; i++) {
            config.append("[program:p").append(i).append("]\ncommand=/bin/cat\nautostart=false\nstartsecs=1\n");
        }
        try (RunningDaemon daemon = lab.daemon(Kind.CORRAL)
                .programs("[supervisord]\nminfds=4096\n" + config)
                .start()) {
            List<?> started = (List<?>) daemon.rpc("supervisor.startAllProcesses");
            assertThat(started)
                    .hasSize(PROGRAMS)
                    .allMatch(result -> ((Map<?, ?>) result).get("status").equals(80));
            List<?> infos = (List<?>) daemon.rpc("supervisor.getAllProcessInfo");
            assertThat(infos)
                    .hasSize(PROGRAMS)
                    .allMatch(info -> ((Map<?, ?>) info).get("statename").equals("RUNNING"));
            assertThat(ProcFs.children(daemon.pid())).hasSize(PROGRAMS);
            assertThat((List<?>) daemon.rpc("supervisor.stopAllProcesses")).hasSize(PROGRAMS);
            assertThat(ProcFs.children(daemon.pid())).isEmpty();
        }
    }
}
