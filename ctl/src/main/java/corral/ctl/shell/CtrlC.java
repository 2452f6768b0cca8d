package corral.ctl.shell;

import corral.ctl.commands.Interrupts;
import org.jline.utils.Signals;

/** Catches Ctrl-C through JLine's door to the JVM's signals: javac warns of sun.misc.Signal and cannot be told not to. */
public final class CtrlC implements Interrupts {
    private static final String NAME = "INT";

    @Override
    public Runnable onInterrupt(Runnable action) {
        Object before = Signals.register(NAME, action);
        return () -> Signals.unregister(NAME, before);
    }
}
