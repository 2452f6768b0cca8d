package corral.ctl.fake;

import corral.ctl.daemon.Changes;
import corral.ctl.daemon.ConfigInfo;
import corral.ctl.daemon.Daemon;
import corral.ctl.daemon.LogStream;
import corral.ctl.daemon.Outcome;
import corral.ctl.daemon.ProcessDetails;
import corral.ctl.daemon.ProcessInfo;
import corral.daemon.rpc.BodySink;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A daemon that remembers what it was asked, and answers as it was told. */
public final class FakeDaemon implements Daemon {
    /** Calls in their order, such as {@code start cat}; the questions for version and process list are left out. */
    public final List<String> calls = new ArrayList<>();

    public String url = "unix:///run/s.sock";
    public String apiVersion = "3.0";
    public List<ProcessInfo> processes = new ArrayList<>();
    public List<ConfigInfo> configuration = List.of();
    public List<Outcome> outcomes = List.of();
    public Changes changes = new Changes(List.of(), List.of(), List.of());
    public String log = "some log";
    /** What a followed log throws at its end. */
    public IOException logFailure = new IOException("closed");

    /** Whether it is a corrald, which can do several things at once. */
    public boolean startsTogether;

    /** Whether it applies a configuration without a gap. */
    public boolean rolls;

    /** Who it is, one after the other; the last one stays. */
    public final Deque<Identity> identities = new ArrayDeque<>();

    private Optional<IOException> upgradeFailure = Optional.empty();
    private Optional<List<ProcessDetails>> details = Optional.empty();
    private final Map<String, RpcFault> refusals = new HashMap<>();
    private final Deque<IOException> failures = new ArrayDeque<>();

    /** Fails the upgrade of itself. */
    public void onUpgrade(IOException failure) {
        upgradeFailure = Optional.of(failure);
    }

    /** Refuses a call, named as in {@link #calls}. */
    public FakeDaemon refuse(String call, Fault fault) {
        refusals.put(call, new RpcFault(fault));
        return this;
    }

    /** Refuses a call with a reason. */
    public FakeDaemon refuse(String call, Fault fault, String detail) {
        refusals.put(call, new RpcFault(fault, detail));
        return this;
    }

    /** Fails the next call, whichever it is. */
    public FakeDaemon fail(IOException failure) {
        failures.add(failure);
        return this;
    }

    /** Adds a process. */
    public FakeDaemon process(String group, String name, String state, int pid) {
        int code = switch (state) {
            case "STOPPED" -> 0;
            case "STARTING" -> 10;
            case "RUNNING" -> 20;
            case "BACKOFF" -> 30;
            case "STOPPING" -> 40;
            case "EXITED" -> 100;
            case "FATAL" -> 200;
            default -> 1000;
        };
        String description = pid > 0 ? "pid " + pid + ", uptime 0:00:03" : "";
        processes.add(new ProcessInfo(group, name, code, state, description, pid));
        return this;
    }

    private Optional<List<Outcome>> together(String action, List<String> names) throws RpcFault, IOException {
        if (!startsTogether) {
            return Optional.empty();
        }
        call(action + " " + String.join(" ", names));
        return Optional.of(outcomes);
    }

    private void call(String call) throws RpcFault, IOException {
        calls.add(call);
        quietly(call);
    }

    private void quietly(String call) throws RpcFault, IOException {
        if (!failures.isEmpty()) {
            throw failures.remove();
        }
        RpcFault refusal = refusals.get(call);
        if (refusal != null) {
            throw refusal;
        }
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public String apiVersion() throws RpcFault, IOException {
        quietly("apiVersion");
        return apiVersion;
    }

    @Override
    public String version() throws RpcFault, IOException {
        call("version");
        return "4.2.5";
    }

    @Override
    public int pid() throws RpcFault, IOException {
        call("pid");
        return 4711;
    }

    @Override
    public List<ProcessInfo> processes() throws RpcFault, IOException {
        quietly("processes");
        return processes;
    }

    @Override
    public Optional<List<ProcessDetails>> details() throws RpcFault, IOException {
        quietly("details");
        return details;
    }

    /** What processes use, from now on. */
    public FakeDaemon details(ProcessDetails... told) {
        details = Optional.of(List.of(told));
        return this;
    }

    @Override
    public ProcessInfo process(String name) throws RpcFault, IOException {
        quietly("process " + name);
        for (ProcessInfo process : processes) {
            if (process.namespec().equals(name)) {
                return process;
            }
        }
        throw new RpcFault(Fault.BAD_NAME, name);
    }

    @Override
    public void start(String name) throws RpcFault, IOException {
        call("start " + name);
    }

    @Override
    public List<Outcome> startGroup(String group) throws RpcFault, IOException {
        call("startGroup " + group);
        return outcomes;
    }

    @Override
    public Optional<List<Outcome>> startTogether(List<String> names) throws RpcFault, IOException {
        return together("startTogether", names);
    }

    @Override
    public Optional<List<Outcome>> stopTogether(List<String> names) throws RpcFault, IOException {
        return together("stopTogether", names);
    }

    @Override
    public List<Outcome> startAll() throws RpcFault, IOException {
        call("startAll");
        return outcomes;
    }

    @Override
    public void stop(String name) throws RpcFault, IOException {
        call("stop " + name);
    }

    @Override
    public List<Outcome> stopGroup(String group) throws RpcFault, IOException {
        call("stopGroup " + group);
        return outcomes;
    }

    @Override
    public List<Outcome> stopAll() throws RpcFault, IOException {
        call("stopAll");
        return outcomes;
    }

    @Override
    public void signal(String name, String signal) throws RpcFault, IOException {
        call("signal " + signal + " " + name);
    }

    @Override
    public List<Outcome> signalGroup(String group, String signal) throws RpcFault, IOException {
        call("signalGroup " + signal + " " + group);
        return outcomes;
    }

    @Override
    public List<Outcome> signalAll(String signal) throws RpcFault, IOException {
        call("signalAll " + signal);
        return outcomes;
    }

    @Override
    public void clearLogs(String name) throws RpcFault, IOException {
        call("clear " + name);
    }

    @Override
    public List<Outcome> clearAllLogs() throws RpcFault, IOException {
        call("clearAll");
        return outcomes;
    }

    @Override
    public String readStdout(String name, long offset) throws RpcFault, IOException {
        call("stdout " + name + " " + offset);
        return log;
    }

    @Override
    public String readStderr(String name, long offset) throws RpcFault, IOException {
        call("stderr " + name + " " + offset);
        return log;
    }

    @Override
    public String readMainLog(long offset) throws RpcFault, IOException {
        call("mainlog " + offset);
        return log;
    }

    @Override
    public void sendStdin(String name, String text) throws RpcFault, IOException {
        call("stdin " + name + " " + text);
    }

    @Override
    public Changes reread() throws RpcFault, IOException {
        call("reread");
        return changes;
    }

    @Override
    public void addGroup(String group) throws RpcFault, IOException {
        call("add " + group);
    }

    @Override
    public void removeGroup(String group) throws RpcFault, IOException {
        call("remove " + group);
    }

    @Override
    public List<ConfigInfo> configuration() throws RpcFault, IOException {
        call("configuration");
        return configuration;
    }

    @Override
    public void reload(String group) throws RpcFault, IOException {
        call("reload " + group);
    }

    @Override
    public String upgrade() throws RpcFault, IOException {
        call("upgrade");
        if (upgradeFailure.isPresent()) {
            throw upgradeFailure.get();
        }
        return "2";
    }

    @Override
    public Identity identity() throws RpcFault, IOException {
        quietly("identity");
        return identities.size() > 1 ? identities.remove() : identities.element();
    }

    @Override
    public void upgrade(String group) throws RpcFault, IOException {
        call("upgrade " + group);
    }

    @Override
    public void scale(String group, int processes) throws RpcFault, IOException {
        call("scale " + group + " " + processes);
    }

    @Override
    public boolean update(String group) throws RpcFault, IOException {
        if (rolls) {
            call("update " + group);
        }
        return rolls;
    }

    @Override
    public void shutdown() throws RpcFault, IOException {
        call("shutdown");
    }

    @Override
    public void restart() throws RpcFault, IOException {
        call("restart");
    }

    @Override
    public LogStream log(String path) {
        return new LogStream() {
            @Override
            public void follow(BodySink sink) throws IOException {
                byte[] bytes = (path + "\n").getBytes(StandardCharsets.UTF_8);
                sink.accept(bytes, 0, bytes.length);
                throw logFailure;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void disconnect() {}
}
