package corral.ctl.daemon;

import corral.daemon.rpc.BodySink;
import corral.daemon.rpc.Credentials;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcClient;
import corral.daemon.rpc.RpcFault;
import corral.daemon.rpc.ServerUrl;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A daemon behind its control API. One thread, but for {@link LogStream#close}. */
public final class RemoteDaemon implements Daemon {
    private final String url;
    private final Optional<Credentials> credentials;

    private Optional<RpcClient> client = Optional.empty();

    /** A daemon that is not connected yet; a URL that is none shows at the first call. */
    public RemoteDaemon(String url, Optional<Credentials> credentials) {
        this.url = url;
        this.credentials = credentials;
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public String apiVersion() throws RpcFault, IOException {
        // The older of two names, so that daemons of every age answer.
        return Reply.text(call("getVersion"));
    }

    @Override
    public String version() throws RpcFault, IOException {
        return Reply.text(call("getSupervisorVersion"));
    }

    @Override
    public int pid() throws RpcFault, IOException {
        return Reply.number(call("getPID"));
    }

    @Override
    public List<ProcessInfo> processes() throws RpcFault, IOException {
        return Reply.processes(call("getAllProcessInfo"));
    }

    @Override
    public Optional<List<ProcessDetails>> details() throws RpcFault, IOException {
        try {
            return Optional.of(Reply.details(callMethod("corral.getAllProcessDetails")));
        } catch (RpcFault fault) {
            if (fault.is(Fault.UNKNOWN_METHOD)) {
                return Optional.empty();
            }
            throw fault;
        }
    }

    @Override
    public ProcessInfo process(String name) throws RpcFault, IOException {
        return Reply.process(call("getProcessInfo", name));
    }

    @Override
    public void start(String name) throws RpcFault, IOException {
        call("startProcess", name);
    }

    @Override
    public Optional<List<Outcome>> startTogether(List<String> names) throws RpcFault, IOException {
        return together("corral.startProcesses", names);
    }

    @Override
    public Optional<List<Outcome>> stopTogether(List<String> names) throws RpcFault, IOException {
        return together("corral.stopProcesses", names);
    }

    private Optional<List<Outcome>> together(String method, List<String> names) throws RpcFault, IOException {
        try {
            return Optional.of(Reply.outcomes(callMethod(method, names)));
        } catch (RpcFault fault) {
            if (fault.is(Fault.UNKNOWN_METHOD)) {
                return Optional.empty();
            }
            throw fault;
        }
    }

    @Override
    public List<Outcome> startGroup(String group) throws RpcFault, IOException {
        return Reply.outcomes(call("startProcessGroup", group));
    }

    @Override
    public List<Outcome> startAll() throws RpcFault, IOException {
        return Reply.outcomes(call("startAllProcesses"));
    }

    @Override
    public void stop(String name) throws RpcFault, IOException {
        call("stopProcess", name);
    }

    @Override
    public List<Outcome> stopGroup(String group) throws RpcFault, IOException {
        return Reply.outcomes(call("stopProcessGroup", group));
    }

    @Override
    public List<Outcome> stopAll() throws RpcFault, IOException {
        return Reply.outcomes(call("stopAllProcesses"));
    }

    @Override
    public void signal(String name, String signal) throws RpcFault, IOException {
        call("signalProcess", name, signal);
    }

    @Override
    public List<Outcome> signalGroup(String group, String signal) throws RpcFault, IOException {
        return Reply.outcomes(call("signalProcessGroup", group, signal));
    }

    @Override
    public List<Outcome> signalAll(String signal) throws RpcFault, IOException {
        return Reply.outcomes(call("signalAllProcesses", signal));
    }

    @Override
    public void clearLogs(String name) throws RpcFault, IOException {
        call("clearProcessLogs", name);
    }

    @Override
    public List<Outcome> clearAllLogs() throws RpcFault, IOException {
        return Reply.outcomes(call("clearAllProcessLogs"));
    }

    @Override
    public String readStdout(String name, long offset) throws RpcFault, IOException {
        return Reply.text(call("readProcessStdoutLog", name, offset, 0));
    }

    @Override
    public String readStderr(String name, long offset) throws RpcFault, IOException {
        return Reply.text(call("readProcessStderrLog", name, offset, 0));
    }

    @Override
    public String readMainLog(long offset) throws RpcFault, IOException {
        return Reply.text(call("readLog", offset, 0));
    }

    @Override
    public void sendStdin(String name, String text) throws RpcFault, IOException {
        call("sendProcessStdin", name, text);
    }

    @Override
    public Changes reread() throws RpcFault, IOException {
        return Reply.changes(call("reloadConfig"));
    }

    @Override
    public void addGroup(String group) throws RpcFault, IOException {
        call("addProcessGroup", group);
    }

    @Override
    public void removeGroup(String group) throws RpcFault, IOException {
        call("removeProcessGroup", group);
    }

    @Override
    public List<ConfigInfo> configuration() throws RpcFault, IOException {
        return Reply.configuration(call("getAllConfigInfo"));
    }

    @Override
    public void reload(String group) throws RpcFault, IOException {
        callMethod("corral.reload", group);
    }

    @Override
    public String upgrade() throws RpcFault, IOException {
        return Reply.text(callMethod("corral.upgradeDaemon"));
    }

    @Override
    public Identity identity() throws RpcFault, IOException {
        return Reply.identity(callMethod("corral.getDaemon"));
    }

    @Override
    public void upgrade(String group) throws RpcFault, IOException {
        callMethod("corral.upgrade", group);
    }

    @Override
    public void scale(String group, int processes) throws RpcFault, IOException {
        callMethod("corral.scale", group, processes);
    }

    @Override
    public boolean update(String group) throws RpcFault, IOException {
        try {
            return Reply.text(callMethod("corral.update", group)).equals("rolled");
        } catch (RpcFault fault) {
            if (fault.is(Fault.UNKNOWN_METHOD)) {
                return false;
            }
            throw fault;
        }
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
        RpcClient own = newClient();
        return new LogStream() {
            @Override
            public void follow(BodySink sink) throws IOException {
                own.get(path, sink);
            }

            @Override
            public void close() {
                own.close();
            }
        };
    }

    @Override
    public void disconnect() {
        if (client.isPresent()) {
            client.get().close();
        }
    }

    private Object call(String method, Object... params) throws RpcFault, IOException {
        return callMethod("supervisor." + method, params);
    }

    private Object callMethod(String method, Object... params) throws RpcFault, IOException {
        if (client.isEmpty()) {
            client = Optional.of(newClient());
        }
        return client.get().call(method, params);
    }

    private RpcClient newClient() {
        return new RpcClient(ServerUrl.parse(url), credentials);
    }
}
