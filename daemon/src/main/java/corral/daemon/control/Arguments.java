package corral.daemon.control;

import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a call, read with the tolerance of the original, whose methods take what Python's conversions take.
 * {@link IllegalArgumentException} stands for its internal errors, which clients see as HTTP 500.
 *
 * @param values decoded parameters; their number was checked
 */
record Arguments(List<Object> values) {
    /** Keeps sums of offsets and lengths from overflowing. */
    private static final long MAX_NUMBER = 1L << 60;

    /** A process name; anything but text is an internal error. */
    Namespec process(int index) {
        if (values.get(index) instanceof String text) {
            return Namespec.parse(text);
        }
        throw new IllegalArgumentException("process name is not a string: " + values.get(index));
    }

    /** A group name; numbers are merely names that nobody has. */
    String group(int index) throws RpcFault {
        return display(scalar(index));
    }

    /** A number, or text that is one. */
    long number(int index) throws RpcFault {
        Object value = scalar(index);
        if (value instanceof Boolean flag) {
            return flag ? 1 : 0;
        }
        if (value instanceof Number number) {
            return clamp(number.longValue());
        }
        // NumberFormatException is an IllegalArgumentException.
        return clamp(Long.parseLong(value.toString().strip()));
    }

    /** A flag, true if it was not given; of other types, what is empty or zero is false. */
    boolean flag(int index) {
        if (index >= values.size()) {
            return true;
        }
        Object value = values.get(index);
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        return !(value instanceof Map<?, ?> map
                ? map.isEmpty()
                : value.toString().isEmpty());
    }

    /** Text that must have been sent as text. */
    String text(int index) throws RpcFault {
        if (values.get(index) instanceof String text) {
            return text;
        }
        throw new RpcFault(Fault.INCORRECT_PARAMETERS, display(values.get(index)));
    }

    /** A value as the original prints it in fault strings. */
    static String display(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? "True" : "False";
        }
        return value.toString();
    }

    /** Anything but an array or a struct. */
    Object scalar(int index) throws RpcFault {
        Object value = values.get(index);
        if (value instanceof List || value instanceof Map) {
            throw new RpcFault(Fault.INCORRECT_PARAMETERS);
        }
        return value;
    }

    private static long clamp(long number) {
        return Math.max(-MAX_NUMBER, Math.min(MAX_NUMBER, number));
    }
}
