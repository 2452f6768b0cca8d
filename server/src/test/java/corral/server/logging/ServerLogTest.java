package corral.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.options.FrontArguments;
import corral.server.options.LogLevel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ServerLogTest {
    private static final Logger LOG = LoggerFactory.getLogger(ServerLogTest.class);

    private final List<LogLevel> counted = new ArrayList<>();

    private List<String> lines(Runnable work, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bind=fd://3", "--worker-socket=fd://4"));
        all.addAll(List.of(arguments));
        FrontArguments.Run run = (FrontArguments.Run) FrontArguments.parse(all, Map.of(), false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ServerLog log = ServerLog.open(run.options(), counted::add, out);
        try {
            work.run();
        } finally {
            log.close();
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static void everyLevel() {
        LOG.error(Severity.CRITICAL, "a");
        LOG.error("b");
        LOG.warn("c");
        LOG.info("d");
        LOG.debug("e");
        LOG.trace("f");
    }

    @Test
    void linesAreGunicorns() {
        long pid = ProcessHandle.current().pid();

        assertThat(lines(() -> LOG.warn("Invalid request from ip={}", "1.2.3.4")))
                .singleElement()
                .asString()
                .matches("\\[\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d [+-]\\d{4}] \\[" + pid
                        + "] \\[WARNING] Invalid request from ip=1.2.3.4");
    }

    @Test
    void linesAreUvicorns() {
        assertThat(lines(ServerLogTest::everyLevel, "--personality=uvicorn", "--log-level=trace"))
                .containsExactly(
                        "CRITICAL: a", "ERROR:    b", "WARNING:  c", "INFO:     d", "DEBUG:    e", "TRACE:    f");
    }

    @Test
    void colorsAreOnTheLevel() {
        assertThat(lines(() -> LOG.info("x"), "--personality=uvicorn", "--use-colors=true"))
                .containsExactly("\u001b[32mINFO\u001b[0m:     x");
    }

    @Test
    void theLevelDecides() {
        LogLevel[] levels = LogLevel.values();
        for (int i = 0; i < levels.length; i++) {
            counted.clear();
            String level = "--log-level=" + levels[i].name().toLowerCase(java.util.Locale.ROOT);
            assertThat(lines(ServerLogTest::everyLevel, level)).hasSize(i + 1);
            assertThat(counted).containsExactly(java.util.Arrays.copyOf(levels, i + 1));
        }
    }

    @Test
    void aLineBreakFromOutsideMakesNoSecondLine() {
        assertThat(lines(() -> LOG.info("x\r\n[2026] forged"))).hasSize(1);
    }

    @Test
    void stackTracesFollow() {
        assertThat(lines(() -> LOG.error("it failed", new IllegalStateException("why"))))
                .hasSizeGreaterThan(2)
                .anyMatch(line -> line.equals("java.lang.IllegalStateException: why"));
    }
}
