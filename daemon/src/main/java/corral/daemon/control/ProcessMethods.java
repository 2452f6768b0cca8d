package corral.daemon.control;

import corral.daemon.config.SignalNames;
import corral.daemon.process.Commands;
import corral.daemon.process.Outcome;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** The methods of {@code supervisor.*} that ask about processes, start, stop and signal them. Event loop only. */
final class ProcessMethods {
    private final Commands commands;
    private final RpcReplies replies;

    ProcessMethods(Commands commands, RpcReplies replies) {
        this.commands = commands;
        this.replies = replies;
    }

    List<RpcMethod> methods() {
        return List.of(
                RpcMethod.of(
                        "supervisor.getProcessInfo",
                        "struct string",
                        "What is known of a process, named as name or group:name.",
                        this::info),
                RpcMethod.of(
                        "supervisor.getAllProcessInfo",
                        "array",
                        "What is known of all processes, sorted by group and name.",
                        a -> replies.then(
                                commands.processes(),
                                all -> all.stream().map(ProcessStructs::info).toList())),
                RpcMethod.of(
                        "supervisor.getAllConfigInfo",
                        "array",
                        "The options of all processes of the configuration last read, sorted by name.",
                        a -> commands.configuration()
                                .thenCombineAsync(commands.processes(), ProcessStructs::configs, replies.loop())),
                RpcMethod.lastOptional(
                        "supervisor.startProcess",
                        "boolean string boolean",
                        "Starts a process, or with group:* the group; if wait, returns once it is RUNNING or has failed.",
                        this::start),
                RpcMethod.lastOptional(
                        "supervisor.startProcessGroup",
                        "array string boolean",
                        "Starts the processes of a group that do not run.",
                        a -> replies.statuses(commands.startGroup(a.group(0), a.flag(1)))),
                RpcMethod.lastOptional(
                        "supervisor.startAllProcesses",
                        "array boolean",
                        "Starts all processes that do not run.",
                        a -> replies.statuses(commands.startAll(a.flag(0)))),
                RpcMethod.lastOptional(
                        "supervisor.stopProcess",
                        "boolean string boolean",
                        "Stops a process, or with group:* the group; if wait, returns once it has ended.",
                        this::stop),
                RpcMethod.lastOptional(
                        "supervisor.stopProcessGroup",
                        "array string boolean",
                        "Stops the processes of a group that run.",
                        a -> replies.statuses(commands.stopGroup(a.group(0), a.flag(1)))),
                RpcMethod.lastOptional(
                        "supervisor.stopAllProcesses",
                        "array boolean",
                        "Stops all processes that run.",
                        a -> replies.statuses(commands.stopAll(a.flag(0)))),
                RpcMethod.of(
                        "supervisor.signalProcess",
                        "boolean string string",
                        "Sends a signal, by name or number, to a process, or with group:* to the group.",
                        this::signal),
                RpcMethod.of(
                        "supervisor.signalProcessGroup",
                        "array string string",
                        "Sends a signal to the processes of a group that run.",
                        a -> signalGroup(a.group(0), Signal.of(a.values().get(1)))),
                RpcMethod.of(
                        "supervisor.signalAllProcesses",
                        "array string",
                        "Sends a signal to all processes that run.",
                        a -> signalAll(Signal.of(a.values().get(0)))),
                RpcMethod.of(
                        "supervisor.sendProcessStdin",
                        "boolean string string",
                        "Sends text, as UTF-8, to the standard input of a process.",
                        this::writeStdin));
    }

    private CompletableFuture<?> info(Arguments arguments) throws RpcFault {
        Namespec name = arguments.process(0);
        return replies.then(commands.process(name.group(), single(name), name.text()), ProcessStructs::info);
    }

    private CompletableFuture<?> start(Arguments arguments) {
        Namespec name = arguments.process(0);
        boolean wait = arguments.flag(1);
        if (name.process().isEmpty()) {
            return replies.naming(name, replies.statuses(commands.startGroup(name.group(), wait)));
        }
        return replies.success(commands.start(name.group(), name.process().get(), name.text(), wait));
    }

    private CompletableFuture<?> stop(Arguments arguments) {
        Namespec name = arguments.process(0);
        boolean wait = arguments.flag(1);
        if (name.process().isEmpty()) {
            return replies.naming(name, replies.statuses(commands.stopGroup(name.group(), wait)));
        }
        return replies.success(commands.stop(name.group(), name.process().get(), name.text(), wait));
    }

    private CompletableFuture<?> signal(Arguments arguments) {
        Namespec name = arguments.process(0);
        Signal signal = Signal.of(arguments.values().get(1));
        if (name.process().isEmpty()) {
            return replies.naming(name, signalGroup(name.group(), signal));
        }
        String process = name.process().get();
        if (signal.number().isEmpty()) {
            // A bad name is found before a bad signal.
            return commands.process(name.group(), process, name.text())
                    .thenCompose(known -> CompletableFuture.failedFuture(signal.bad()));
        }
        return replies.success(commands.signal(
                name.group(), process, name.text(), signal.number().getAsInt()));
    }

    private CompletableFuture<?> signalGroup(String group, Signal signal) {
        // Signal 0 reaches nobody, but finds out whom the bad one would have been sent to.
        return signalled(commands.signalGroup(group, signal.number().orElse(0)), signal);
    }

    private CompletableFuture<?> signalAll(Signal signal) {
        return signalled(commands.signalAll(signal.number().orElse(0)), signal);
    }

    private CompletableFuture<?> signalled(CompletableFuture<List<Outcome>> outcomes, Signal signal) {
        if (signal.number().isPresent()) {
            return replies.statuses(outcomes);
        }
        RpcFault bad = signal.bad();
        return replies.then(
                outcomes,
                list -> list.stream()
                        .map(outcome -> ProcessStructs.status(outcome, bad.code(), bad.faultString()))
                        .toList());
    }

    private CompletableFuture<?> writeStdin(Arguments arguments) throws RpcFault {
        byte[] bytes = arguments.text(1).getBytes(StandardCharsets.UTF_8);
        Namespec name = arguments.process(0);
        return replies.success(commands.writeStdin(name.group(), single(name), name.text(), bytes));
    }

    private static String single(Namespec name) throws RpcFault {
        return name.process().orElseThrow(() -> new RpcFault(Fault.BAD_NAME, name.text()));
    }

    /** A signal as given, and its number if there is one. */
    private record Signal(String text, OptionalInt number) {

        static Signal of(Object value) {
            String text = Arguments.display(value);
            if (value instanceof String) {
                return new Signal(text, named(text));
            }
            if (value instanceof Boolean flag) {
                return new Signal(text, OptionalInt.of(flag ? 1 : 0));
            }
            if (value instanceof Number number) {
                return new Signal(text, named(Long.toString(number.longValue())));
            }
            throw new IllegalArgumentException("signal is neither a name nor a number: " + value);
        }

        private static OptionalInt named(String text) {
            int number = SignalNames.parse(text);
            return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
        }

        RpcFault bad() {
            return new RpcFault(Fault.BAD_SIGNAL, text);
        }
    }
}
