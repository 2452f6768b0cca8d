package corral.daemon.config;

import corral.daemon.config.Problem.Severity;
import corral.daemon.ini.Dialect;
import corral.daemon.ini.IniFile;
import corral.daemon.ini.IniText;
import corral.daemon.ini.Names;
import corral.daemon.ini.PyText;
import corral.daemon.ini.UndecodableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the main file and what it includes into one raw configuration (spec/supervisor.md 1.5, 1.7). */
final class ConfigFiles {
    private final Reading reading;
    private final Path main;
    private final List<Path> included = new ArrayList<>();

    ConfigFiles(Reading reading, Path main) {
        this.reading = reading;
        this.main = main;
    }

    /** The directory of the main file, what {@code %(here)s} stands for. */
    String here() {
        return IniFile.here(reading.host().cwd().resolve(main));
    }

    /** Files that were read through {@code [include]}, in reading order. */
    List<Path> included() {
        return List.copyOf(included);
    }

    /** Reads everything; false when the main file gave nothing to go on with. */
    boolean read() {
        Path absolute = reading.host().cwd().resolve(main);
        if (!Files.exists(absolute)) {
            return unreadable("could not find config file " + main);
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(absolute);
        } catch (IOException e) {
            return unreadable("could not read config file " + main);
        }
        if (!add(main, bytes)) {
            return false;
        }
        Optional<RawSection> include = reading.raw().section(Sections.INCLUDE);
        include.ifPresent(this::include);
        return true;
    }

    private boolean unreadable(String message) {
        reading.problems().error(new Origin(main, 0), "", "", message);
        return false;
    }

    private void include(RawSection section) {
        reading.raw().expandHere(here());
        Names names = Names.NONE
                .withEnvironment(reading.host().env())
                .with("here", here())
                .with("host_node_name", reading.host().nodeName());
        SectionReader reader = SectionReader.of(reading, section, names);
        if (!reader.has(Sections.FILES)) {
            reader.error(".ini file has [include] section, but no files setting", "");
            return;
        }
        for (String pattern : PyText.words(reader.text(Sections.FILES).orElse(""))) {
            String absolute = pattern.startsWith("/") ? pattern : slashed(here()) + pattern;
            List<String> files = Glob.expand(absolute);
            if (files.isEmpty()) {
                reader.supervisorWarning(Sections.FILES, "No file matches via include \"" + absolute + "\"");
            }
            for (String file : files) {
                includeFile(reader, file);
            }
        }
    }

    private void includeFile(SectionReader include, String file) {
        Optional<Path> known = reading.host().absolute(file);
        if (known.isEmpty()) {
            include.warning(Sections.FILES, "included file \"" + file + "\" cannot be a path on this system");
            return;
        }
        Path path = known.get();
        included.add(path);
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            include.warning(Sections.FILES, "included file \"" + file + "\" cannot be read and is skipped");
            reading.raw().expandHere(IniFile.here(path));
            return;
        }
        add(path, bytes);
        reading.raw().expandHere(IniFile.here(path));
    }

    private static String slashed(String directory) {
        return directory.endsWith("/") ? directory : directory + "/";
    }

    /** False when the file could not even be decoded or begins without a section header. */
    private boolean add(Path file, byte[] bytes) {
        Problems problems = reading.problems();
        IniText ini;
        try {
            ini = Dialect.parse(file.toString(), bytes);
        } catch (UndecodableException e) {
            String message = e.getMessage() + " (allowed: UTF-8)";
            problems.add(new Problem(Severity.ERROR, new Origin(file, e.line()), "", "", message, e.getMessage()));
            return false;
        }
        if (Dialect.hasByteOrderMark(bytes)) {
            problems.warning(
                    new Origin(file, 1), "", "", "the file begins with a byte order mark, which Supervisor refuses");
        }
        FileProblems.note(ini, file, included.contains(file), problems);
        IniReader.read(ini, file, reading.raw());
        return ini.headless().isEmpty();
    }
}
