package corral.it.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each scenario for some seconds under a modest load: no request is lost that could be saved. Nothing here depends on time. */
@Execution(ExecutionMode.CONCURRENT)
class LifecycleLoadIT {
    private static final Effort SHORT = new Effort(80, 4, "load_app", false);

    @ParameterizedTest
    @EnumSource(value = Scenario.class, mode = EnumSource.Mode.EXCLUDE, names = "STEADY")
    void noRequestIsLost(Scenario scenario) throws Exception {
        Trial trial = Trial.run(scenario, "corral", SHORT);
        assumeThat(trial.skipped()).isNull();
        assertThat(trial.problems()).as("problems, %s", trial.judgement()).isEmpty();
        assertThat(trial.judgement().clean()).as(trial.judgement().toString()).isTrue();
        assertThat(trial.log().twice()).as("ran twice").isEmpty();
        assertThat(trial.load().requests()).isPositive();
        assertThat(trial.load().echoes()).isPositive();
    }
}
