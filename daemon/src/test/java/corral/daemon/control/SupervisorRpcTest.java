package corral.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.daemon.control.fake.Samples;
import corral.daemon.process.SupervisorState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How calls become commands and what comes back; error paths are compared with the original in ControlComparisonTest. */
class SupervisorRpcTest {
    @TempDir
    Path directory;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(directory);
        Path stdout = Files.writeString(directory.resolve("cat.log"), "hello world\n");
        server.commands.add(Samples.running("cat", "cat", 4711, stdout, null));
        server.commands.add(Samples.stopped("g", "one"));
        server.commands.add(Samples.stopped("g", "two"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void tellsAboutTheDaemon() throws Exception {
        assertThat(server.call("supervisor.getAPIVersion")).isEqualTo("3.0");
        assertThat(server.call("supervisor.getVersion")).isEqualTo("3.0");
        assertThat(server.call("supervisor.getSupervisorVersion")).isEqualTo("4.2.5");
        assertThat(server.call("supervisor.getIdentification")).isEqualTo("supervisor");
        assertThat(server.call("supervisor.getState")).isEqualTo(Map.of("statecode", 1, "statename", "RUNNING"));
        assertThat(server.call("supervisor.getPID"))
                .isEqualTo((int) ProcessHandle.current().pid());
    }

    @Test
    void tellsAboutAProcess() throws Exception {
        assertThat(server.call("supervisor.getProcessInfo", "cat:cat"))
                .isEqualTo(Map.ofEntries(
                        Map.entry("name", "cat"),
                        Map.entry("group", "cat"),
                        Map.entry("start", 1_700_000_000),
                        Map.entry("stop", 0),
                        Map.entry("now", 1_700_000_003),
                        Map.entry("state", 20),
                        Map.entry("statename", "RUNNING"),
                        Map.entry("spawnerr", ""),
                        Map.entry("exitstatus", 0),
                        Map.entry("logfile", directory + "/cat.log"),
                        Map.entry("stdout_logfile", directory + "/cat.log"),
                        Map.entry("stderr_logfile", ""),
                        Map.entry("pid", 4711),
                        Map.entry("description", "pid 4711, uptime 0:00:03")));
        assertThat((List<?>) server.call("supervisor.getAllProcessInfo"))
                .<Object>extracting(info -> ((Map<?, ?>) info).get("name"))
                .containsExactly("cat", "one", "two");
    }

    @Test
    void tellsAboutTheConfiguration() throws Exception {
        List<?> configs = (List<?>) server.call("supervisor.getAllConfigInfo");
        assertThat(configs).hasSize(3);
        assertThat(configs.get(1))
                .isEqualTo(Map.ofEntries(
                        Map.entry("name", "one"),
                        Map.entry("group", "g"),
                        Map.entry("command", "/bin/cat"),
                        Map.entry("directory", "none"),
                        Map.entry("uid", "none"),
                        Map.entry("serverurl", "none"),
                        Map.entry("autostart", true),
                        Map.entry("inuse", true),
                        Map.entry("killasgroup", false),
                        Map.entry("redirect_stderr", false),
                        Map.entry("exitcodes", List.of(0)),
                        Map.entry("group_prio", 999),
                        Map.entry("process_prio", 999),
                        Map.entry("startretries", 3),
                        Map.entry("startsecs", 1),
                        Map.entry("stopsignal", 15),
                        Map.entry("stopwaitsecs", 10),
                        Map.entry("stdout_capture_maxbytes", 0),
                        Map.entry("stderr_capture_maxbytes", 0),
                        Map.entry("stdout_events_enabled", false),
                        Map.entry("stderr_events_enabled", false),
                        Map.entry("stdout_logfile", "auto"),
                        Map.entry("stderr_logfile", "auto"),
                        Map.entry("stdout_logfile_backups", 10),
                        Map.entry("stderr_logfile_backups", 10),
                        Map.entry("stdout_logfile_maxbytes", 50 << 20),
                        Map.entry("stderr_logfile_maxbytes", 50 << 20),
                        Map.entry("stdout_syslog", false),
                        Map.entry("stderr_syslog", false)));
        // The log of an active process has its name by now.
        assertThat(((Map<?, ?>) configs.get(0)).get("stdout_logfile")).isEqualTo(directory + "/cat.log");
    }

    @Test
    void startsAndStopsProcessesGroupsAndAll() throws Exception {
        assertThat(server.call("supervisor.startProcess", "g:one")).isEqualTo(true);
        assertThat(server.call("supervisor.startProcess", "g:one", false)).isEqualTo(true);
        assertThat(server.call("supervisor.startProcess", "g:*")).isEqualTo(List.of(ok("one"), ok("two")));
        assertThat(server.call("supervisor.startProcessGroup", "g", 0)).isEqualTo(List.of(ok("one"), ok("two")));
        assertThat(server.call("supervisor.startAllProcesses")).isEqualTo(List.of(ok("one"), ok("two")));
        assertThat(server.call("supervisor.stopProcess", "cat")).isEqualTo(true);
        assertThat(server.call("supervisor.stopProcess", "g:", "")).isEqualTo(List.of());
        assertThat(server.call("supervisor.stopProcessGroup", "g")).isEqualTo(List.of());
        assertThat(server.call("supervisor.stopAllProcesses", false)).isInstanceOf(List.class);
        assertThat(server.commands.asked)
                .containsExactly(
                        "start g:one true",
                        "start g:one false",
                        "startGroup g true",
                        "startGroup g false",
                        "startAll true",
                        "stop cat:cat true",
                        "stopGroup g false",
                        "stopGroup g true",
                        "stopAll false");
    }

    @Test
    void aRefusalBecomesAFault() throws Exception {
        assertThat(server.fault("supervisor.startProcess", "cat")).isEqualTo("60 ALREADY_STARTED: cat");
        assertThat(server.fault("supervisor.stopProcess", "g:one")).isEqualTo("70 NOT_RUNNING: g:one");
        assertThat(server.fault("supervisor.startProcess", "nosuch:*")).isEqualTo("10 BAD_NAME: nosuch:*");
        assertThat(server.fault("supervisor.removeProcessGroup", "cat")).isEqualTo("91 STILL_RUNNING: cat");
        assertThat(server.fault("supervisor.addProcessGroup", "cat")).isEqualTo("90 ALREADY_ADDED: cat");
        assertThat(server.fault("supervisor.getProcessInfo", "")).isEqualTo("10 BAD_NAME: ");
    }

    @Test
    void signalsByNameAndNumber() throws Exception {
        assertThat(server.call("supervisor.signalProcess", "cat", "hup")).isEqualTo(true);
        assertThat(server.call("supervisor.signalProcess", "cat", "SIGUSR1")).isEqualTo(true);
        assertThat(server.call("supervisor.signalProcess", "cat", 12)).isEqualTo(true);
        assertThat(server.call("supervisor.signalProcessGroup", "cat", "15")).isInstanceOf(List.class);
        assertThat(server.call("supervisor.signalAllProcesses", "CONT")).isInstanceOf(List.class);
        assertThat(server.commands.asked)
                .containsExactly(
                        "signal cat:cat 1",
                        "signal cat:cat 10",
                        "signal cat:cat 12",
                        "signalGroup cat 15",
                        "signalAll 18");
        assertThat(server.fault("supervisor.signalProcess", "cat", "FOO")).isEqualTo("11 BAD_SIGNAL: FOO");
        assertThat(server.fault("supervisor.signalProcess", "nosuch", "FOO")).isEqualTo("10 BAD_NAME: nosuch");
        assertThat(server.call("supervisor.signalAllProcesses", 99))
                .isEqualTo(
                        List.of(Map.of("name", "cat", "group", "cat", "status", 11, "description", "BAD_SIGNAL: 99")));
    }

    @Test
    void sendsStdinAsUtf8() throws Exception {
        assertThat(server.call("supervisor.sendProcessStdin", "cat", "grüße\n")).isEqualTo(true);
        assertThat(server.commands.asked).containsExactly("writeStdin cat:cat grüße\n");
        assertThat(server.fault("supervisor.sendProcessStdin", "cat:*", "x")).isEqualTo("10 BAD_NAME: cat:*");
    }

    @Test
    void passesOnTheRest() throws Exception {
        assertThat(server.call("supervisor.reloadConfig"))
                .isEqualTo(List.of(List.of(List.of("new"), List.of(), List.of("old"))));
        server.call("supervisor.clearProcessLogs", "cat");
        server.call("supervisor.clearProcessLog", "g:one");
        assertThat((List<?>) server.call("supervisor.clearAllProcessLogs")).hasSize(3);
        server.call("supervisor.sendRemoteCommEvent", "t", "d");
        server.call("supervisor.removeProcessGroup", "g");
        assertThat(server.call("supervisor.shutdown")).isEqualTo(true);
        assertThat(server.call("supervisor.restart")).isEqualTo(true);
        assertThat(server.commands.asked)
                .containsExactly(
                        "reloadConfig",
                        "clearLogs cat:cat",
                        "clearLogs g:one",
                        "clearAllLogs",
                        "remoteCommEvent t d",
                        "removeGroup g",
                        "shutdown",
                        "restart");
    }

    @Test
    void whileTheDaemonEndsOnlyEventsAreTakenAndSignalsSent() throws Exception {
        for (SupervisorState state : new SupervisorState[] {SupervisorState.SHUTDOWN, SupervisorState.RESTARTING}) {
            server.commands.enter(state);
            for (String method : new String[] {"getState", "getPID", "getAllProcessInfo", "shutdown", "readLog"}) {
                Object[] params = method.equals("readLog") ? new Object[] {0, 0} : new Object[0];
                assertThat(server.fault("supervisor." + method, params)).isEqualTo("6 SHUTDOWN_STATE");
            }
            assertThat(server.call("supervisor.sendRemoteCommEvent", "t", "d")).isEqualTo(true);
            assertThat(server.fault("supervisor.signalAllProcesses", "HUP")).isEqualTo("6 SHUTDOWN_STATE");
            assertThat((List<?>) server.call("system.listMethods")).isNotEmpty();
        }
        assertThat(server.commands.asked)
                .containsExactly("remoteCommEvent t d", "signalAll 1", "remoteCommEvent t d", "signalAll 1");
    }

    @Test
    void withoutTheInterfaceOnlySystemMethodsExist(@TempDir Path other) throws Exception {
        try (TestServer bare = TestServer.withoutSupervisorInterface(other)) {
            assertThat(bare.call("system.listMethods"))
                    .isEqualTo(List.of(
                            "system.listMethods", "system.methodHelp", "system.methodSignature", "system.multicall"));
            assertThat(bare.fault("supervisor.getPID")).isEqualTo("1 UNKNOWN_METHOD");
        }
    }

    @Test
    void aMulticallAnswersInOrderAlsoWhenACallHasToWait() throws Exception {
        server.commands.add(Samples.stopped("slow", "slow"));
        Thread starter = new Thread(() -> {
            try {
                server.commands.waiting.take().complete(null);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        starter.start();
        Object results = server.call(
                "system.multicall",
                List.of(
                        Map.of("methodName", "supervisor.getAPIVersion", "params", List.of()),
                        Map.of("methodName", "supervisor.startProcess", "params", List.of("slow")),
                        Map.of("methodName", "supervisor.stopProcess", "params", List.of("slow")),
                        Map.of("methodName", "supervisor.getAPIVersion", "params", Map.of()),
                        Map.of("methodName", "supervisor.getProcessInfo", "params", List.of(5)),
                        Map.of()));
        starter.join();
        assertThat(results)
                .isEqualTo(List.of(
                        "3.0",
                        true,
                        Map.of("faultCode", 70, "faultString", "NOT_RUNNING: slow"),
                        "3.0",
                        Map.of(
                                "faultCode",
                                30,
                                "faultString",
                                "FAILED: java.lang.IllegalArgumentException: process name is not a string: 5"),
                        Map.of("faultCode", 2, "faultString", "INCORRECT_PARAMETERS: No methodName")));
    }

    @Test
    void aLongMulticallDoesNotExhaustTheStack() throws Exception {
        Map<String, Object> call = Map.of("methodName", "supervisor.getAPIVersion", "params", List.of());
        List<Map<String, Object>> calls = Collections.nCopies(20_000, call);
        assertThat((List<?>) server.call("system.multicall", calls)).hasSize(20_000);
    }

    private static Map<String, Object> ok(String name) {
        return Map.of("name", name, "group", "g", "status", 80, "description", "OK");
    }

    @Test
    void whatSupervisorDoesNotHaveIsHandedOn() throws Exception {
        assertThat(server.call("corral.reload", "g")).isEqualTo(true);
        assertThat(server.call("corral.upgrade", "g")).isEqualTo(true);
        assertThat(server.call("corral.scale", "g", 3)).isEqualTo(true);
        assertThat(server.call("corral.update", "g")).isEqualTo("rolled");
        assertThat(server.commands.asked).containsExactly("reload g", "upgrade g", "scale g 3", "update g");
        assertThat((List<?>) server.call("system.listMethods"))
                .noneMatch(name -> ((String) name).startsWith("corral."));
    }

    @Test
    void aNumberOfProcessesHasARange() {
        assertThatThrownBy(() -> server.call("corral.scale", "g", 1001)).hasMessageContaining("allowed: 0-1000");
        assertThatThrownBy(() -> server.call("corral.scale", "g", -1)).hasMessageContaining("BAD_ARGUMENTS");
        assertThat(server.commands.asked).isEmpty();
    }
}
