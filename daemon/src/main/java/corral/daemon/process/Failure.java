package corral.daemon.process;

/** Why a process did not become ready, in words. */
final class Failure {
    private Failure() {}

    static String of(ManagedProcess process) {
        String reason = process.snapshot().spawnError();
        return reason.isEmpty() ? "it did not become ready" : reason;
    }
}
