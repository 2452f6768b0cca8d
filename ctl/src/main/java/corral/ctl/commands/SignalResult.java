package corral.ctl.commands;

import corral.daemon.rpc.Fault;

/** The result line of {@code stop} and {@code signal}. */
final class SignalResult {

    private SignalResult() {}

    static String line(String name, int code, String faultString, String done) {
        if (code == Fault.SUCCESS.code()) {
            return name + ": " + done;
        }
        if (code == Fault.FAILED.code()) {
            return faultString;
        }
        if (code == Fault.BAD_NAME.code()) {
            return Outcomes.error(name, "no such process");
        }
        if (code == Fault.BAD_SIGNAL.code()) {
            return Outcomes.error(name, "bad signal name");
        }
        if (code == Fault.NOT_RUNNING.code()) {
            return Outcomes.error(name, "not running");
        }
        throw Outcomes.unknown(code, name);
    }
}
