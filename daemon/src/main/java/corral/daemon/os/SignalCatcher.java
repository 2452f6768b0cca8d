package corral.daemon.os;

import java.util.function.Consumer;
import jnr.constants.platform.Signal;
import jnr.posix.util.SunMiscSignal;

/** Catches the signals of spec/supervisor.md 6.4. QUIT stays the JVM's thread dump: it cannot be caught in Java. */
public final class SignalCatcher {
    private static final Signal[] CAUGHT = {
        Signal.SIGTERM, Signal.SIGINT, Signal.SIGHUP, Signal.SIGUSR1, Signal.SIGUSR2, Signal.SIGTTIN, Signal.SIGTTOU
    };

    private SignalCatcher() {}

    /** From now on each signal calls {@code handler} with its name without SIG, on a thread of the JVM's. */
    public static void install(Consumer<String> handler) {
        for (Signal signal : CAUGHT) {
            String name = signal.name().substring("SIG".length());
            SunMiscSignal.signal(signal, number -> handler.accept(name));
        }
    }
}
