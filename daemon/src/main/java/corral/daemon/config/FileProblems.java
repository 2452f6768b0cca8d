package corral.daemon.config;

import corral.daemon.config.Problem.Severity;
import corral.daemon.ini.IniText;
import corral.daemon.ini.IniText.BadLine;
import corral.daemon.ini.IniText.Block;
import corral.daemon.ini.IniText.Entry;
import corral.daemon.ini.IniText.Suspicion;
import corral.daemon.ini.PyText;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is wrong or suspicious in one file as text, before its values are read (spec/supervisor.md 1.1, 1.7). */
final class FileProblems {

    private FileProblems() {}

    /** Notes it all. */
    static void note(IniText ini, Path file, boolean included, Problems problems) {
        String failure = ini.failure().orElse("");
        ini.headless()
                .ifPresent(bad -> bad(
                        problems,
                        file,
                        bad,
                        failure,
                        "no section header such as [supervisord] stands above this line"));
        for (BadLine bad : ini.badLines()) {
            bad(problems, file, bad, failure, "neither a [section], nor key=value, nor a comment");
        }
        for (Suspicion suspicion : ini.suspicions()) {
            suspicious(problems, new Origin(file, suspicion.line()), suspicion);
        }
        Map<String, Integer> lines = new HashMap<>();
        for (Block block : ini.blocks()) {
            if (included && block.name().equals(Sections.INCLUDE)) {
                problems.warning(
                        new Origin(file, block.line()),
                        block.name(),
                        "",
                        "is ignored in a file that was itself included");
            }
            for (Entry entry : block.entries()) {
                Integer before = lines.put(block.name() + "\n" + entry.key(), entry.line());
                if (before != null) {
                    problems.warning(
                            new Origin(file, before),
                            block.name(),
                            entry.key(),
                            "written again in line " + entry.line() + ", which replaces this value");
                }
            }
        }
    }

    private static void bad(Problems problems, Path file, BadLine bad, String failure, String why) {
        String message = "cannot be read: " + PyText.repr(PyText.strip(bad.text())) + " (" + why + ")";
        problems.add(new Problem(Severity.ERROR, new Origin(file, bad.line()), "", "", message, failure));
    }

    private static void suspicious(Problems problems, Origin origin, Suspicion suspicion) {
        String section = suspicion.section();
        String key = suspicion.key();
        String text = suspicion.text();
        switch (suspicion.kind()) {
            case COMMENT_IN_QUOTES ->
                problems.warning(
                        origin,
                        section,
                        key,
                        "a comment begins inside quotes, so " + PyText.repr(text)
                                + " is cut off; put no blank before the '" + text.charAt(0) + "' to keep it");
            case HEADER_AS_CONTINUATION ->
                problems.warning(
                        origin,
                        section,
                        key,
                        text + " is indented, so it continues the value above; a section begins in the first column");
            case KEY_AS_CONTINUATION -> {
                Optional<KeyTable> table = Sections.table(section.equals(Sections.ALIAS) ? Sections.DAEMON : section);
                if (table.isPresent() && table.get().knows(text)) {
                    problems.warning(
                            origin,
                            section,
                            key,
                            "'" + text + "' is indented deeper than the key above, so it continues that value");
                }
            }
        }
    }
}
