package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every XML-RPC method through Supervisor's own Python client: the same types, fields, values and faults. */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class XmlRpcParityIT {
    @TestFactory
    Stream<DynamicTest> everyCallHasTheSameResult(Lab lab) {
        var reference = CompletableFuture.supplyAsync(() -> drive(lab, Kind.SUPERVISOR));
        List<String> actual = drive(lab, Kind.CORRAL);
        List<String> expected = reference.join();
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            String wanted = expected.get(i);
            String got = i < actual.size() ? actual.get(i) : "nothing";
            String call = wanted.substring(0, wanted.indexOf('\t'));
            tests.add(DynamicTest.dynamicTest(
                    i + " " + call, () -> assertThat(got).isEqualTo(wanted)));
        }
        tests.add(DynamicTest.dynamicTest(
                "no more results", () -> assertThat(actual).hasSameSizeAs(expected)));
        return tests.stream();
    }

    private static List<String> drive(Lab lab, Kind kind) {
        DaemonBuilder builder = lab.daemon(kind).programs(Script.resource("rpc.conf"));
        builder.file("rpc_driver.py", Script.resource("rpc_driver.py"));
        try (RunningDaemon daemon = builder.start()) {
            Outcome outcome = daemon.run(List.of(
                    Distribution.python().toString(),
                    daemon.dir().resolve("rpc_driver.py").toString(),
                    daemon.dir().resolve("s.sock").toString(),
                    Integer.toString(daemon.port()),
                    daemon.dir().toString()));
            assertThat(outcome.exit()).as("%s", outcome).isZero();
            return outcome.out().lines().toList();
        }
    }
}
