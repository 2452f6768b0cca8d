package corral.ctl.output;

import corral.daemon.ini.PyText;
import corral.daemon.rpc.HttpStatusException;
import corral.daemon.rpc.RpcFault;
import corral.daemon.rpc.TransportException;
import java.io.EOFException;

/**
 * The line for a failure that no command expects (spec/supervisor.md 5.2). Scripts match on the class names of
 * Supervisor, so ours are translated; file and line are our own.
 */
public final class ErrorLine {

    private ErrorLine() {}

    /** {@code error: <class>, <message>: file: <file> line: <line>}. */
    public static String of(Throwable failure) {
        StackTraceElement[] stack = failure.getStackTrace();
        if (stack.length == 0) {
            stack = new Throwable().getStackTrace();
        }
        return "error: <class '" + type(failure) + "'>, " + message(failure) + ": file: " + stack[0].getFileName()
                + " line: " + stack[0].getLineNumber();
    }

    /** A fault as Python shows it: {@code <Fault 10: 'BAD_NAME: x'>}. */
    public static String fault(RpcFault fault) {
        return "<Fault " + fault.code() + ": " + PyText.repr(fault.faultString()) + ">";
    }

    private static String type(Throwable failure) {
        if (failure instanceof RpcFault) {
            return "xmlrpc.client.Fault";
        }
        if (failure instanceof HttpStatusException) {
            return "xmlrpc.client.ProtocolError";
        }
        if (failure instanceof IllegalArgumentException) {
            return "ValueError";
        }
        if (failure instanceof EOFException) {
            return "EOFError";
        }
        if (failure instanceof TransportException transport) {
            return switch (transport.kind()) {
                case REFUSED -> "ConnectionRefusedError";
                case NO_SUCH_FILE -> "FileNotFoundError";
                case FORBIDDEN -> "PermissionError";
                case UNKNOWN_HOST -> "socket.gaierror";
                case UNREACHABLE -> "OSError";
                case LOST -> "ConnectionResetError";
                case CLOSED -> "http.client.RemoteDisconnected";
                case GARBLED -> "xml.parsers.expat.ExpatError";
            };
        }
        return failure.getClass().getName();
    }

    private static String message(Throwable failure) {
        if (failure instanceof RpcFault fault) {
            return fault(fault);
        }
        if (failure instanceof HttpStatusException http) {
            return "<ProtocolError for 127.0.0.1/RPC2: " + http.status() + " " + http.getMessage() + ">";
        }
        if (failure instanceof EOFException) {
            return "EOF when reading a line";
        }
        if (failure instanceof TransportException transport) {
            return switch (transport.kind()) {
                case REFUSED -> "[Errno 111] Connection refused";
                case NO_SUCH_FILE -> "[Errno 2] No such file or directory";
                case FORBIDDEN -> "[Errno 13] Permission denied";
                case UNKNOWN_HOST -> "[Errno -2] Name or service not known";
                case LOST -> "[Errno 104] Connection reset by peer";
                case UNREACHABLE, CLOSED, GARBLED -> String.valueOf(transport.getMessage());
            };
        }
        return String.valueOf(failure.getMessage());
    }
}
