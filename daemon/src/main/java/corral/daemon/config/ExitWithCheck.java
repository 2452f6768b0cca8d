package corral.daemon.config;

import corral.daemon.ini.Names;
import corral.daemon.ini.PyText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether {@code exit_with} names exactly one process. One instance per reading. */
final class ExitWithCheck {
    private final Reading reading;
    private final RawSection section;
    private final List<GroupConfig> groups;

    ExitWithCheck(Reading reading, RawSection section, List<GroupConfig> groups) {
        this.reading = reading;
        this.section = section;
        this.groups = groups;
    }

    /** Notes what is wrong. */
    void note(Optional<String> name) {
        if (name.isEmpty()) {
            return;
        }
        List<String> meant = meant(name.get());
        if (meant.isEmpty()) {
            error(PyText.repr(name.get()) + " is no process", near(name.get()));
        } else if (meant.size() > 1) {
            error(
                    PyText.repr(name.get()) + " means " + meant.size() + " processes",
                    "allowed: one of them, such as " + meant.get(0));
        }
    }

    private List<String> meant(String name) {
        List<String> names = groups.stream().map(GroupConfig::name).toList();
        List<String> meant = new ArrayList<>();
        for (GroupConfig group : groups) {
            for (ProcessConfig process : group.processes()) {
                if (DependencyNames.means(name, names, group.name(), process)) {
                    meant.add(group.name() + ":" + process.name());
                }
            }
        }
        return meant;
    }

    private String near(String name) {
        List<String> all = new ArrayList<>();
        for (GroupConfig group : groups) {
            for (ProcessConfig process : group.processes()) {
                all.add(name.indexOf(':') < 0 ? process.program() : group.name() + ":" + process.name());
            }
        }
        String allowed = "allowed: " + DaemonKeys.EXIT_WITH.type().allowed();
        return Nearest.to(name, all).map(near -> "did you mean " + near + "?").orElse(allowed);
    }

    private void error(String words, String hint) {
        SectionReader.of(reading, section, Names.NONE).error(DaemonKeys.EXIT_WITH, words, hint);
    }
}
