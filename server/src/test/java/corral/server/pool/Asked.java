package corral.server.pool;

import corral.server.frames.Marshal;
import corral.server.frames.Scratch;
import java.util.ArrayList;
import java.util.List;

/** A request that writes down what becomes of it. */
final class Asked extends Abandoned implements WorkerRequest {
    final List<String> events = new ArrayList<>();
    int pid;
    Refusal refusal;
    WorkerStream stream;

    @Override
    public int writeRequest(Scratch out, WorkerFacts worker) {
        Marshal.none(out);
        return 0;
    }

    @Override
    public boolean bodyComplete() {
        return true;
    }

    @Override
    public boolean expectsContinue() {
        return false;
    }

    @Override
    public boolean lendable() {
        return false;
    }

    @Override
    public boolean longBody() {
        return false;
    }

    @Override
    public void onRefused(Refusal why) {
        refusal = why;
    }

    @Override
    public void onDispatched(WorkerStream taken) {
        stream = taken;
        pid = taken.worker().pid();
    }

    @Override
    public void onAbort(String reason) {
        events.add("abort");
    }

    @Override
    public String onLost(Loss loss) {
        events.add(loss.begun() ? "lost" : "lost before it began");
        return "a request";
    }
}
