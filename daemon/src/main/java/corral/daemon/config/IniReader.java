package corral.daemon.config;

import corral.daemon.ini.IniText;
import corral.daemon.ini.NormalisedIni;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.ini4j.Config;
import org.ini4j.spi.IniHandler;
import org.ini4j.spi.IniParser;

/**
 * The one place that sees ini4j. ini4j reads the normal form of a file, whose names carry their lines, with its own
 * escapes, includes and case rules off; the sections come out merged, with file and line of each key.
 */
final class IniReader {

    private IniReader() {}

    /** Adds a file to a configuration. */
    static void read(IniText ini, Path file, RawConfig into) {
        try {
            new Parser().parse(new StringReader(NormalisedIni.write(ini)), new Merge(file, into));
        } catch (IOException e) {
            throw new UncheckedIOException("normal form that ini4j cannot read, of " + file, e);
        }
    }

    private static Config plain() {
        Config config = new Config();
        config.setEscape(false);
        config.setEscapeNewline(false);
        config.setInclude(false);
        config.setLowerCaseOption(false);
        config.setLowerCaseSection(false);
        config.setEmptyOption(true);
        config.setEmptySection(true);
        config.setGlobalSection(false);
        config.setUnnamedSection(false);
        config.setTree(false);
        return config;
    }

    /** Built directly: ini4j's own factory searches the class path for services. */
    private static final class Parser extends IniParser {
        Parser() {
            setConfig(plain());
        }
    }

    private static final class Merge implements IniHandler {
        private final Path file;
        private final RawConfig into;
        private RawSection section;
        private String header = "";

        Merge(Path file, RawConfig into) {
            this.file = file;
            this.into = into;
        }

        @Override
        public void startIni() {}

        @Override
        public void endIni() {}

        @Override
        public void startSection(String written) {
            NormalisedIni.Name name = NormalisedIni.name(written);
            header = name.text();
            section = into.open(header, new Origin(file, name.line()));
        }

        @Override
        public void endSection() {}

        @Override
        public void handleComment(String comment) {}

        @Override
        public void handleOption(String written, String value) {
            NormalisedIni.Name name = NormalisedIni.name(written);
            String text = value == null ? "" : NormalisedIni.text(value);
            Origin origin = new Origin(file, name.line());
            section.values().put(name.text(), new RawValue(header, name.text(), text, origin));
        }
    }
}
