package corral.server.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Jazzer looks for bytes of a worker that break the reader of frames. A plain test run tries the known ones only; with {@code
 * JAZZER_FUZZ=1} in the environment it searches for a minute.
 */
class JazzerFuzzTest {
    @FuzzTest(maxDuration = "1m")
    void anyBytesAreFramesOrRefused(byte[] bytes) {
        FrameReaderFuzzTest test = new FrameReaderFuzzTest();
        test.readAny(bytes);
    }
}
