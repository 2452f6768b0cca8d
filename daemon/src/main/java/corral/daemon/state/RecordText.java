package corral.daemon.state;

import corral.daemon.process.DaemonRecord;
import corral.daemon.process.ExitStatus;
import corral.daemon.process.LogPaths;
import corral.daemon.process.ProcessRecord;
import corral.daemon.process.State;
import corral.daemon.process.SupervisorState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records as fields. No state. */
final class RecordText {
    private RecordText() {}

    static void write(ProcessRecord record, Fields to) {
        to.put("instance", record.instance())
                .put("group", record.group())
                .put("state", record.state())
                .put("stdout", record.logs().stdout())
                .put("stderr", record.logs().stderr());
        ProcessRecord.Launch launch = record.launch();
        to.at("launch")
                .put("number", launch.number())
                .put("pid", launch.pid())
                .put("start", launch.startNs())
                .put("status", launch.status())
                .put("failure", launch.failure());
        ProcessRecord.Past past = record.past();
        to.at("past")
                .put("start", past.startEpochMs())
                .put("stop", past.stopEpochMs())
                .put("error", past.error())
                .put("failure_status", past.failureStatus())
                .put("restarts", past.restarts());
        past.lastExit()
                .ifPresent(exit -> to.at("exit")
                        .put("code", exit.code())
                        .put("signal", exit.signal())
                        .put("core", exit.coreDumped())
                        .put("remark", exit.remark()));
        ProcessRecord.Restart restart = record.restart();
        to.at("restart")
                .put("tries", restart.tries())
                .put("due", restart.due())
                .put("at", restart.atNs())
                .put("held_for", restart.heldFor());
        ProcessRecord.Stop stop = record.stop();
        to.at("stop")
                .put("signalled", stop.signalled())
                .put("kill_at", stop.killAtNs())
                .put("hands_over", stop.handsOver())
                .put("retired", stop.retired())
                .put("left_group", stop.leftGroup());
        ProcessConfigText.write(record.config(), to.at("config"));
    }

    static ProcessRecord readProcess(Fields from) throws DamagedException {
        Fields launch = from.at("launch");
        Fields restart = from.at("restart");
        Fields stop = from.at("stop");
        return new ProcessRecord(
                from.integer("instance"),
                from.text("group"),
                ProcessConfigText.read(from.at("config")),
                new LogPaths(from.text("stdout"), from.text("stderr")),
                from.choice("state", State.class),
                new ProcessRecord.Launch(
                        launch.integer("number"),
                        launch.integer("pid"),
                        launch.number("start"),
                        launch.text("status"),
                        launch.text("failure")),
                past(from.at("past"), from.at("exit")),
                new ProcessRecord.Restart(
                        restart.integer("tries"), restart.flag("due"), restart.number("at"), restart.text("held_for")),
                new ProcessRecord.Stop(
                        stop.flag("signalled"),
                        stop.number("kill_at"),
                        stop.flag("hands_over"),
                        stop.flag("retired"),
                        stop.integer("left_group")));
    }

    private static ProcessRecord.Past past(Fields past, Fields exit) throws DamagedException {
        return new ProcessRecord.Past(
                past.number("start"),
                past.number("stop"),
                exit.has("code")
                        ? Optional.of(new ExitStatus(
                                exit.integer("code"), exit.integer("signal"), exit.flag("core"), exit.text("remark")))
                        : Optional.empty(),
                past.text("error"),
                past.integer("failure_status"),
                // What wrote it may be a daemon that did not count on.
                past.optionalInteger("restarts").orElse(0));
    }

    static void write(DaemonRecord record, Fields to) {
        to.put("state", record.state()).put("groups", record.groups().size());
        for (int i = 0; i < record.groups().size(); i++) {
            DaemonRecord.Group group = record.groups().get(i);
            to.at("groups")
                    .at(Integer.toString(i))
                    .put("name", group.name())
                    .put("priority", group.priority())
                    .put("processes", group.processes())
                    .put("successors", group.successors())
                    .put("retired", group.retired());
        }
        Map<String, String> numbers = new LinkedHashMap<>();
        record.numbers().forEach((group, choice) -> numbers.put(group, choice.configured() + " " + choice.number()));
        to.put("numbers", numbers);
    }

    static DaemonRecord readDaemon(Fields from) throws DamagedException {
        List<DaemonRecord.Group> groups = new ArrayList<>();
        int size = from.integer("groups");
        for (int i = 0; i < size; i++) {
            Fields group = from.at("groups").at(Integer.toString(i));
            groups.add(new DaemonRecord.Group(
                    group.text("name"),
                    group.integer("priority"),
                    group.integers("processes"),
                    group.integers("successors"),
                    group.integers("retired")));
        }
        Map<String, DaemonRecord.Choice> numbers = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : from.map("numbers").entrySet()) {
            numbers.put(entry.getKey(), choice(entry.getValue()));
        }
        return new DaemonRecord(from.choice("state", SupervisorState.class), List.copyOf(groups), Map.copyOf(numbers));
    }

    private static DaemonRecord.Choice choice(String text) throws DamagedException {
        try {
            int blank = text.indexOf(' ');
            return new DaemonRecord.Choice(
                    Integer.parseInt(text.substring(0, blank)), Integer.parseInt(text.substring(blank + 1)));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new DamagedException("numbers: " + text + " is not two numbers");
        }
    }
}
