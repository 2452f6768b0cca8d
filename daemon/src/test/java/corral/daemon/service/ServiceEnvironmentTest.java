package corral.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceEnvironmentTest {
    private static final int OWN = 4711;

    private static long watchdogNs(String usec, String pid) {
        return ServiceEnvironment.of(Map.of("WATCHDOG_USEC", usec, "WATCHDOG_PID", pid), OWN)
                .watchdogNs();
    }

    @Test
    void withoutAnyVariableNobodyWantsToHear() {
        assertThat(ServiceEnvironment.of(Map.of(), OWN)).isEqualTo(ServiceEnvironment.NONE);
        assertThat(ServiceEnvironment.of(Map.of("NOTIFY_SOCKET", ""), OWN)).isEqualTo(ServiceEnvironment.NONE);
    }

    @Test
    void theSocketIsTakenAsItIsWritten() {
        assertThat(ServiceEnvironment.of(Map.of("NOTIFY_SOCKET", "@name"), OWN).notifySocket())
                .isEqualTo(Optional.of("@name"));
    }

    @Test
    void theWatchdogCountsForTheProcessThatItNamesOrForAnyone() {
        assertThat(watchdogNs("30000000", "4711")).isEqualTo(30_000_000_000L);
        assertThat(watchdogNs("30000000", "")).isEqualTo(30_000_000_000L);
        assertThat(watchdogNs("30000000", "4712")).isZero();
    }

    @Test
    void whatIsNoPeriodIsNone() {
        assertThat(watchdogNs("soon", "4711")).isZero();
        assertThat(watchdogNs("-5", "4711")).isZero();
        assertThat(watchdogNs("", "4711")).isZero();
    }

    @Test
    void theStoreHasTheRoomThatIsWritten() {
        assertThat(storeRoom("64")).isEqualTo(64);
        assertThat(storeRoom("0")).isZero();
        assertThat(storeRoom("-1")).isZero();
        assertThat(storeRoom("much")).isZero();
    }

    private static int storeRoom(String number) {
        return ServiceEnvironment.of(Map.of("FDSTORE", number), OWN).storeRoom();
    }
}
