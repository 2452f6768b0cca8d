package corral.daemon.config;

import corral.daemon.config.Problem.Severity;
import corral.daemon.ini.Expansion;
import corral.daemon.ini.ExpansionException;
import corral.daemon.ini.Names;
import corral.daemon.ini.PyText;
import java.util.Optional;

/**
 * Reads the options of one section by their table: fallback, expansion, type. What is wrong becomes a problem and the
 * option's default stands in, so that reading goes on and finds the rest.
 */
final class SectionReader {
    private final Reading reading;
    private final RawSection section;
    private final Names names;
    private final String suffix;

    private SectionReader(Reading reading, RawSection section, Names names, String suffix) {
        this.reading = reading;
        this.section = section;
        this.names = names;
        this.suffix = suffix;
    }

    /** A reader whose errors end without naming the section, as those of global options do. */
    static SectionReader of(Reading reading, RawSection section, Names names) {
        return new SectionReader(reading, section, names, "");
    }

    /** The same section with other names to expand. */
    SectionReader with(Names others) {
        return new SectionReader(reading, section, others, suffix);
    }

    /** The same section with problems kept apart. */
    SectionReader notingIn(Problems problems) {
        return new SectionReader(reading.apart(problems), section, names, suffix);
    }

    /** The same section for reading it again later. */
    SectionReader again() {
        return new SectionReader(reading.again(section), section, names, suffix);
    }

    /** The same section with errors that name it and its file in Supervisor's text (spec/supervisor.md 1.7). */
    SectionReader namingSection() {
        String file = section.origin().file().toString();
        String where = " in section " + PyText.repr(section.name()) + " (file: " + PyText.repr(file) + ")";
        return new SectionReader(reading, section, names, where);
    }

    String name() {
        return section.name();
    }

    Origin origin() {
        return section.origin();
    }

    /** Whether the option is written somewhere. */
    boolean has(Key<?> key) {
        return raw(key).isPresent();
    }

    /** The value as written or the default's text, not expanded. */
    Optional<String> written(Key<?> key) {
        return raw(key).map(RawValue::text).or(key::fallback);
    }

    /** The value of an option that has a default, which also stands in for a bad value. */
    <T> T value(Key<T> key) {
        return optional(key).orElseGet(() -> fallback(key));
    }

    /** The value of an option; empty when it is missing and has no default, or is bad. */
    <T> Optional<T> optional(Key<T> key) {
        return text(key).flatMap(text -> parse(key, text));
    }

    /** The value expanded; empty when it is missing and has no default, or cannot be expanded. */
    Optional<String> text(Key<?> key) {
        return written(key).flatMap(text -> expand(key, text, section.name() + "." + key.name()));
    }

    /** Expands a text that belongs to an option. */
    Optional<String> expand(Key<?> key, String text, String label) {
        try {
            String expanded = Expansion.expand(text, names, label);
            if (Expansion.takesMapping(text)) {
                warning(key, "a % without a name is replaced by all names and values; write %% for a percent sign");
            }
            return Optional.of(expanded);
        } catch (ExpansionException e) {
            error(key, e.getMessage(), "write %% for a percent sign");
            return Optional.empty();
        }
    }

    /** The default, read by the option's type. */
    <T> T fallback(Key<T> key) {
        try {
            return key.type().read(key.fallback().orElseThrow(), reading.host());
        } catch (BadValueException e) {
            throw new IllegalStateException("default of " + key.name(), e);
        }
    }

    /** Reads an expanded text by the option's type. */
    <T> Optional<T> parse(Key<T> key, String text) {
        try {
            return Optional.of(key.type().read(text, reading.host()));
        } catch (BadValueException e) {
            String read = e.getMessage().contains(text) ? "" : "read: " + PyText.repr(text) + "; ";
            error(key, e.getMessage(), read + "allowed: " + key.type().allowed());
            return Optional.empty();
        }
    }

    /**
     * Notes an error of an option.
     *
     * @param words Supervisor's
     * @param hint what is allowed, for people; may be empty
     */
    void error(Key<?> key, String words, String hint) {
        Optional<RawValue> raw = raw(key);
        reading.problems()
                .add(new Problem(
                        Severity.ERROR,
                        raw.map(RawValue::origin).orElse(section.origin()),
                        raw.map(RawValue::section).orElse(section.name()),
                        key.name(),
                        hint.isEmpty() ? words : PyText.stripEnd(words) + " (" + hint + ")",
                        words + suffix));
    }

    /** Notes an error of the whole section. */
    void error(String words, String hint) {
        String message = hint.isEmpty() ? words : words + " (" + hint + ")";
        reading.problems()
                .add(new Problem(Severity.ERROR, section.origin(), section.name(), "", message, words + suffix));
    }

    /** Notes that the whole section cannot be used, for a reason that Supervisor does not have. */
    void refuse(String reason) {
        String named = "[" + section.name() + "] " + reason;
        reading.problems().add(new Problem(Severity.ERROR, section.origin(), section.name(), "", reason, named));
    }

    /** Notes a warning about an option that Supervisor has too, word for word. */
    void supervisorWarning(Key<?> key, String message) {
        warning(key, message, message);
    }

    /** Notes a warning about an option. */
    void warning(Key<?> key, String message) {
        warning(key, message, "");
    }

    private void warning(Key<?> key, String message, String supervisorText) {
        Optional<RawValue> raw = raw(key);
        reading.problems()
                .add(new Problem(
                        Problem.Severity.WARNING,
                        raw.map(RawValue::origin).orElse(section.origin()),
                        raw.map(RawValue::section).orElse(section.name()),
                        key.name(),
                        message,
                        supervisorText));
    }

    private Optional<RawValue> raw(Key<?> key) {
        return reading.raw().value(section, key.name());
    }
}
