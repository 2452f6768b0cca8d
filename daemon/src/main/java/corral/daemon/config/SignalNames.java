package corral.daemon.config;

import corral.daemon.ini.PyInt;
import corral.daemon.ini.PyText;
import java.util.Locale;

/** Linux signals by name and number (spec/supervisor.md 1.2); RPC calls use the same rules. No state, any thread. */
public final class SignalNames {
    private static final int SIGRTMIN = 34;
    private static final int SIGRTMAX = 64;

    private SignalNames() {}

    /** The number of a signal given by name, with or without SIG in any case, or by number; or why there is none. */
    static int number(String text) throws BadValueException {
        if (PyInt.isInt(text)) {
            long number = PyInt.parse(text);
            if ((number < 0 || number > 31) && number != SIGRTMIN && number != SIGRTMAX) {
                throw new BadValueException("value " + PyText.repr(text) + " is not a valid signal number");
            }
            return (int) number;
        }
        String name = PyText.strip(text).toUpperCase(Locale.ROOT);
        int number = byName(name.startsWith("SIG") ? name.substring(3) : name);
        if (number < 0) {
            throw new BadValueException("value " + PyText.repr(text) + " is not a valid signal name");
        }
        return number;
    }

    /** As the {@code stopsignal} option reads it; -1 for what is no signal. */
    public static int parse(String text) {
        try {
            return number(text);
        } catch (BadValueException e) {
            return -1;
        }
    }

    private static int byName(String name) {
        return switch (name) {
            case "HUP" -> 1;
            case "INT" -> 2;
            case "QUIT" -> 3;
            case "ILL" -> 4;
            case "TRAP" -> 5;
            case "ABRT", "IOT" -> 6;
            case "BUS" -> 7;
            case "FPE" -> 8;
            case "KILL" -> 9;
            case "USR1" -> 10;
            case "SEGV" -> 11;
            case "USR2" -> 12;
            case "PIPE" -> 13;
            case "ALRM" -> 14;
            case "TERM" -> 15;
            case "STKFLT" -> 16;
            case "CHLD", "CLD" -> 17;
            case "CONT" -> 18;
            case "STOP" -> 19;
            case "TSTP" -> 20;
            case "TTIN" -> 21;
            case "TTOU" -> 22;
            case "URG" -> 23;
            case "XCPU" -> 24;
            case "XFSZ" -> 25;
            case "VTALRM" -> 26;
            case "PROF" -> 27;
            case "WINCH" -> 28;
            case "IO", "POLL" -> 29;
            case "PWR" -> 30;
            case "SYS" -> 31;
            case "RTMIN" -> SIGRTMIN;
            case "RTMAX" -> SIGRTMAX;
            // Not signals, but Supervisor takes the numbers of these constants of Python's signal module.
            case "_DFL", "_BLOCK" -> 0;
            case "_IGN", "_UNBLOCK" -> 1;
            case "_SETMASK" -> 2;
            default -> -1;
        };
    }
}
