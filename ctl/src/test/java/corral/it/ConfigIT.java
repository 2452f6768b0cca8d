package corral.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every class of bad configuration is refused in Supervisor's words and with its place (spec/supervisor.md 1.7). */
@ExtendWith(LabExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class ConfigIT {
    private static final String GOOD = """
            [supervisord]
            logfile=${dir}/supervisord.log
            pidfile=${dir}/supervisord.pid
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            [program:a]
            command=/bin/cat
            """;

    private final Lab lab;

    ConfigIT(Lab lab) {
        this.lab = lab;
    }

    static Stream<BadConfig> badConfigs() {
        return BadConfig.all().stream();
    }

    @ParameterizedTest
    @MethodSource("badConfigs")
    void isRefusedAtTheStartInSupervisorsWords(BadConfig bad) {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).config(bad.text());
        String names =
                lab.environment().keySet().stream().map(name -> "ENV_" + name).collect(Collectors.joining(", "));
        String words = builder.expand(bad.words()).replace("${env}", names);
        Outcome outcome = builder.runToEnd();
        assertThat(outcome.exit()).as("%s", outcome).isEqualTo(2);
        assertThat(outcome.err()).contains("Error: " + words + "\n").contains("For help, use ");
        assertThat(builder.dir().resolve("supervisord.pid")).doesNotExist();
        if (!Distribution.standIn()) {
            assertThat(outcome.err()).containsPattern(place(builder, bad));
            assertThat(outcome.err().lines()).doesNotHaveDuplicates();
        }
    }

    /** The line with the place: file, line, section and key as far as the case says them. */
    private static String place(DaemonBuilder builder, BadConfig bad) {
        StringBuilder pattern = new StringBuilder("(?m)^")
                .append(Pattern.quote(builder.dir().resolve("supervisord.conf").toString()));
        boolean line = bad.place().stream().anyMatch(word -> word.startsWith("line "));
        pattern.append(line ? "" : "(:\\d+)?: ");
        for (String word : bad.place()) {
            pattern.append(word.startsWith("line ") ? ":" + word.substring(5) + ": " : ".*" + Pattern.quote(word));
        }
        return pattern.append(".*$").toString();
    }

    @CorralOnly("Supervisor has no such check")
    @Test
    void checkSaysEverythingAtOnceAndExitsWith2() {
        DaemonBuilder builder = check("""
                [supervisord]
                loglevel=loud
                [program:a]
                startsecs=soon
                [program:b]
                command=/bin/cat
                stopsignal=NONE
                autostart=perhaps
                [group:g]
                programs=nosuch
                """);
        Outcome outcome = builder.runToEnd();
        String file = builder.dir().resolve("supervisord.conf").toString();
        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(file + ":2: error: [supervisord] loglevel: ")
                .contains(file + ":3: error: [program:a] ")
                .contains(file + ":4: error: [program:a] startsecs: ")
                .contains(file + ":7: error: [program:b] stopsignal: ")
                .contains(file + ":8: error: [program:b] autostart: ")
                .contains(file + ":10: error: [group:g] programs: ");
    }

    @CorralOnly("Supervisor has no such check")
    @Test
    void checkOfAGoodFileExitsWith0AndStartsNothing() {
        DaemonBuilder builder = check(GOOD);
        Outcome outcome = builder.runToEnd();
        assertThat(outcome.exit()).as("%s", outcome).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(builder.dir().resolve("supervisord.log")).doesNotExist();
        assertThat(builder.dir().resolve("supervisord.pid")).doesNotExist();
        assertThat(check(GOOD).args("--strict").runToEnd().exit()).isZero();
    }

    static Stream<List<String>> dubious() {
        return Stream.of(
                List.of("[program:b]\ncommand=/bin/cat\nautorestrat=true\n", "10", "autorestrat", "autorestart"),
                List.of("[progam:b]\ncommand=/bin/cat\n", "8", "progam:b", "program:b"),
                List.of("[Program:b]\ncommand=/bin/cat\n", "8", "Program:b", "program:b"),
                List.of("[program:b]\ncommand=/bin/sh -c \"a ; b\"\n", "9", "command", ";"),
                List.of("[program:b]\ncommand=/bin/cat\nenvironment=A=a b\n", "10", "environment", "A"),
                List.of("[program:b]\ncommand=/bin/cat\nenvironment=A=$HOME\n", "10", "environment", "A"));
    }

    @CorralOnly("Supervisor says nothing")
    @ParameterizedTest
    @MethodSource("dubious")
    void whatSupervisorIgnoresOrCutsIsAWarning(List<String> dubious) {
        DaemonBuilder builder = check(GOOD + dubious.get(0));
        Outcome outcome = builder.runToEnd();
        assertThat(outcome.exit()).as("%s", outcome).isZero();
        assertThat(outcome.err())
                .contains(builder.dir().resolve("supervisord.conf") + ":" + dubious.get(1) + ": warning: ")
                .contains(dubious.get(2), dubious.get(3));
        assertThat(check(GOOD + dubious.get(0)).args("--strict").runToEnd().exit())
                .isEqualTo(2);
    }

    @CorralOnly("a check")
    @Test
    void mistakesInAnIncludedFileAreToldWithThatFile() {
        DaemonBuilder builder = check(GOOD + "[include]\nfiles=*.inc\n").file("x.inc", "[program:c]\nstartsecs=x\n");
        Outcome outcome = builder.runToEnd();
        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(builder.dir().resolve("x.inc") + ":1: error: [program:c] ")
                .contains(builder.dir().resolve("x.inc") + ":2: error: [program:c] startsecs: ");
    }

    @Test
    void missingFileIsNamed() {
        DaemonBuilder builder = lab.daemon(Kind.CORRAL).args("-c", "/no/such/file.conf");
        Outcome outcome = builder.runToEnd();
        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err()).contains("Error: could not find config file /no/such/file.conf\n");
    }

    @CorralOnly("events and fcgi come later")
    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {
                "[eventlistener:e]\ncommand=/bin/cat\nevents=EVENT\n",
                "[fcgi-program:f]\ncommand=/bin/cat\nsocket=unix:///tmp/x\n"
            })
    void whatIsNotSupportedYetIsRefusedByName(String section) {
        Outcome outcome = check(GOOD + section).runToEnd();
        assertThat(outcome.exit()).isEqualTo(2);
        assertThat(outcome.err()).contains("not supported yet", section.substring(0, section.indexOf(']') + 1));
    }

    private DaemonBuilder check(String text) {
        return lab.daemon(Kind.CORRAL).config(text).args("-t");
    }
}
