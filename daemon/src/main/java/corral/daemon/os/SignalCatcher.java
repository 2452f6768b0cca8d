package corral.daemon.os;

import java.util.function.Consumer;
import jnr.constants.platform.Signal;
import jnr.posix.util.SunMiscSignal;

/** Catches the signals of spec/supervisor.md 6.4. QUIT stays the JVM's thread dump: it cannot be caught in Java. */
public final class SignalCatcher {
    private static final Signal[] CAUGHT = {
        Signal.SIGTERM, Signal.SIGINT, Signal.SIGHUP, Signal.SIGUSR1, Signal.SIGUSR2, Signal.SIGTTIN, Signal.SIGTTOU
    };

    /** What a shell starts in the background ignores INT, what nohup starts HUP. The JVM would leave it so; Supervisor and Gunicorn do not. */
    private static final Signal[] NEVER_IGNORED = {Signal.SIGTERM, Signal.SIGINT, Signal.SIGHUP};

    private SignalCatcher() {}

    /**
     * From now on each signal calls {@code handler} with its name without SIG, on a thread of the JVM's. The calling thread must
     * live as long as they are to come: after an upgrade it is the only one that does not block them.
     */
    public static void install(Native os, Consumer<String> handler) {
        for (Signal signal : NEVER_IGNORED) {
            os.libc().signal(signal.intValue(), null); // SIG_DFL
        }
        for (Signal signal : CAUGHT) {
            String name = signal.name().substring("SIG".length());
            SunMiscSignal.signal(signal, number -> handler.accept(name));
        }
        ProcessImage.releaseSignals(os);
    }
}
