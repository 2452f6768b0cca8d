package corral.daemon.upgrade;

import corral.daemon.os.Descriptors;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import corral.daemon.process.ExitStatus;
import corral.daemon.process.FdAction;
import corral.daemon.process.Refusal;
import corral.daemon.process.RefusedException;
import corral.daemon.process.Signals;
import corral.daemon.process.SpawnPlan;
import corral.daemon.spawn.ToolSpawner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Has the installed version say whether it would start here: with the arguments, the environment and the directory that this one
 * was started with, in a process of its own that only checks. What it could not do would be the end of the daemon.
 */
public final class Check {
    private static final int LIMIT_S = 60;
    private static final int MAX_OUTPUT = 64 << 10;
    /** Of what people are told. */
    private static final int MAX_REASON = 4000;

    private static final int SIGKILL = 9;

    private final ToolSpawner tools;
    private final Descriptors os;
    private final Signals signals;

    /** A check by real processes. */
    public Check(ToolSpawner tools, Descriptors os, Signals signals) {
        this.tools = tools;
        this.os = os;
        this.signals = signals;
    }

    /** Runs the check; blocks. Refused with the reason for the operator. */
    CheckReport run(Start start) throws RefusedException {
        Path launcher = start.launcher()
                .orElseThrow(
                        () -> refused("this corrald was not started by bin/corrald: it does not know its launcher"));
        if (!Files.exists(launcher)) {
            throw refused(launcher + ": no such file");
        }
        if (!Files.isExecutable(launcher)) {
            throw refused(launcher + ": not executable");
        }
        try {
            int output = os.memoryFile("check");
            try {
                ExitStatus exit = run(plan(start, launcher, output));
                return judge(launcher, exit, text(output));
            } finally {
                os.close(output);
            }
        } catch (OsException e) {
            throw refused(launcher + ": " + e.getMessage());
        }
    }

    private SpawnPlan plan(Start start, Path launcher, int output) throws OsException {
        List<String> argv = new ArrayList<>(List.of(launcher.toString(), "-t"));
        argv.addAll(start.arguments());
        List<String> environment = new ArrayList<>();
        start.environment().forEach((name, value) -> environment.add(name + "=" + value));
        environment.add(CheckReport.VARIABLE + "=1");
        return new SpawnPlan(
                launcher.toString(),
                argv,
                environment,
                Optional.of(start.directory().toString()),
                OptionalInt.of(start.umask()),
                Optional.empty(),
                List.of(new FdAction(0, 0), new FdAction(output, 1), new FdAction(output, 2)));
    }

    private ExitStatus run(SpawnPlan plan) throws RefusedException, OsException {
        ToolSpawner.Tool tool = launch(plan);
        try {
            return tool.exit().get(LIMIT_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            signals.send(tool.pid(), true, SIGKILL);
            throw refused(plan.path() + " -t: no answer within " + LIMIT_S + " s");
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private ToolSpawner.Tool launch(SpawnPlan plan) throws OsException {
        try {
            return tools.launch(plan).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof OsException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private String text(int output) throws OsException {
        NativeBuffer buffer = os.buffer(MAX_OUTPUT);
        return new String(os.readAt(output, buffer, MAX_OUTPUT, 0), StandardCharsets.UTF_8);
    }

    private static CheckReport judge(Path launcher, ExitStatus exit, String output) throws RefusedException {
        String said = CheckReport.withoutReport(output);
        String shown = said.length() > MAX_REASON ? said.substring(0, MAX_REASON) + "..." : said;
        if (exit.code() != 0) {
            throw refused(launcher + " -t: " + exit.text() + (shown.isEmpty() ? "" : "\n" + shown));
        }
        return CheckReport.read(output)
                .orElseThrow(
                        () -> refused(launcher + " does not say which state it can go on with: it is no corrald that"
                                + " can take over from this one" + (shown.isEmpty() ? "" : "\n" + shown)));
    }

    static RefusedException refused(String reason) {
        return new RefusedException(Refusal.FAILED, reason);
    }
}
